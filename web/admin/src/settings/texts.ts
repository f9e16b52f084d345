import { defineTexts } from '../app/texts.ts'

export const settingsTexts = defineTexts(
  'settings',
  {
    title: 'Ajustes',
    about: 'Quién entra, qué se enciende y cómo trabaja tu organización.',
    audit: 'Registro de actos',
    auditAbout: 'Quién hizo qué y cuándo. Nadie puede cambiarlo.',
    action: 'Acto',
    target: 'Sobre qué',
    actor: 'Quién',
    at: 'Cuándo',
    auditEmpty: 'Todavía no hay actos',
    auditEmptyAbout: 'En cuanto alguien cambie un flujo, una clave o un usuario, aparecerá aquí.',
    auditNone: 'Ningún acto con estos filtros',
  },
  {
    title: 'Settings',
    about: 'Who comes in, what is switched on and how your organisation works.',
    audit: 'Audit log',
    auditAbout: 'Who did what, and when. Nobody can change it.',
    action: 'Act',
    target: 'On what',
    actor: 'Who',
    at: 'When',
    auditEmpty: 'There are no acts yet',
    auditEmptyAbout: 'As soon as somebody changes a flow, a key or a user, it appears here.',
    auditNone: 'No act with these filters',
  },
)
