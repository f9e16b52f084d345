import { defineTexts } from '../app/texts.ts'

export const settingsTexts = defineTexts(
  'settings',
  {
    title: 'Ajustes',
    about: 'Quién entra, cómo se atiende, qué está conectado y cómo corre el programa.',
    access: 'Acceso',
    work: 'Atención',
    connections: 'Conexiones',
    system: 'El programa',
    empty: 'Tu rol no cambia ajustes',
    emptyAbout: 'Quien administra tu organización puede darte otro.',
  },
  {
    title: 'Settings',
    about: 'Who comes in, how people are attended, what is joined and how the program runs.',
    access: 'Access',
    work: 'Attention',
    connections: 'Connections',
    system: 'The program',
    empty: 'Your role changes no settings',
    emptyAbout: 'Whoever administers your organisation can give you another one.',
  },
)
