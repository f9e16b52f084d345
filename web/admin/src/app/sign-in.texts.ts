import { defineTexts } from './texts.ts'

export const signInTexts = defineTexts(
  'sign-in',
  {
    about: 'Entra para ver quién espera y qué sigue.',
    email: 'Correo',
    password: 'Contraseña',
    showPassword: 'Mostrar u ocultar la contraseña',
    several: 'Mi correo está en varias organizaciones',
    tenant: 'Organización',
    enter: 'Entrar',
    wrong: 'El correo o la contraseña no son correctos. Tras cinco intentos hay que esperar un minuto.',
    needEmail: 'Escribe tu correo',
    needPassword: 'Escribe tu contraseña',
  },
  {
    about: 'Sign in to see who waits and what is next.',
    email: 'E-mail',
    password: 'Password',
    showPassword: 'Show or hide the password',
    several: 'My e-mail belongs to several organisations',
    tenant: 'Organisation',
    enter: 'Sign in',
    wrong: 'The e-mail or the password is wrong. After five attempts you have to wait a minute.',
    needEmail: 'Write your e-mail',
    needPassword: 'Write your password',
  },
)
