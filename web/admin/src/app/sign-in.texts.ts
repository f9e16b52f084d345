import { defineTexts } from './texts.ts'

export const signInTexts = defineTexts(
  'sign-in',
  {
    about: 'Entra para ver quién espera y qué sigue.',
    email: 'Correo',
    password: 'Contraseña',
    showPassword: 'Mostrar u ocultar la contraseña',
    several: 'Mi correo está en varias organizaciones',
    forgot: 'Olvidé la contraseña',
    forgotAbout:
      'Pide una nueva a quien administra: la hace en Ajustes, Usuarios. Si solo administras tú, arranca el programa con CAUCE_ADMIN_PASSWORD.',
    tenant: 'Organización',
    enter: 'Entrar',
    wrongPassword:
      'La contraseña no es correcta, o la cuenta ya no entra. Tras cinco intentos hay que esperar un minuto.',
    wrong: 'El correo o la contraseña no son correctos. Tras cinco intentos hay que esperar un minuto.',
    again: 'Tu sesión terminó',
    elsewhere: 'Alguien salió en otra pestaña de este navegador.',
    againAbout: 'Entra de nuevo como {{email}} y sigue donde estabas: lo que tenías a medias sigue aquí.',
    other: 'Entrar con otra cuenta',
    needEmail: 'Escribe tu correo',
    needPassword: 'Escribe tu contraseña',
  },
  {
    about: 'Sign in to see who waits and what is next.',
    email: 'E-mail',
    password: 'Password',
    showPassword: 'Show or hide the password',
    several: 'My e-mail belongs to several organisations',
    forgot: 'I forgot the password',
    forgotAbout:
      'Ask an administrator for a new one: it is made in Settings, Users. If you are the only one, start the program with CAUCE_ADMIN_PASSWORD.',
    tenant: 'Organisation',
    enter: 'Sign in',
    wrongPassword: 'The password is wrong, or the account is closed. After five attempts you have to wait a minute.',
    wrong: 'The e-mail or the password is wrong. After five attempts you have to wait a minute.',
    again: 'Your session has ended',
    elsewhere: 'Somebody signed out in another tab of this browser.',
    againAbout: 'Sign in again as {{email}} and go on where you were: what you had half done is still here.',
    other: 'Sign in with another account',
    needEmail: 'Write your e-mail',
    needPassword: 'Write your password',
  },
)
