import { defineTexts } from '../../app/texts.ts'

export const auditTexts = defineTexts(
  'settings-audit',
  {
    title: 'Registro de actos',
    about: 'Quién hizo qué y cuándo. Nadie puede cambiarlo.',
    file: 'registro',
    action: 'Acto',
    target: 'Sobre qué',
    actor: 'Quién',
    at: 'Cuándo',
    trace: 'Rastro',
    changes: 'Lo que cambió',
    before: 'Antes',
    after: 'Después',
    asWritten: 'Como está escrito en el registro y se filtra',
    empty: 'Todavía no hay actos',
    emptyAbout: 'En cuanto alguien cambie un flujo, una clave o un usuario, aparecerá aquí.',
    none: 'Ningún acto con estos filtros',
    noneAbout:
      'Prueba con otro periodo u otra persona. En el detalle de un acto, «Sobre qué» lleva a todo lo que se hizo con lo mismo.',
  },
  {
    title: 'Audit log',
    about: 'Who did what, and when. Nobody can change it.',
    file: 'audit',
    action: 'Act',
    target: 'On what',
    actor: 'Who',
    at: 'When',
    trace: 'Trace',
    changes: 'What changed',
    before: 'Before',
    after: 'After',
    asWritten: 'As it stands in the log and is filtered by',
    empty: 'There are no acts yet',
    emptyAbout: 'As soon as somebody changes a flow, a key or a user, it appears here.',
    none: 'No act with these filters',
    noneAbout:
      'Try another period or person. In the detail of an act, “On what” leads to all that was done with the same.',
  },
)
