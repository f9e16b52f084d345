import type { Both, Language } from '../app/language.ts'

const says = (es: string, en: string): Both => ({ es, en })

/** What the templates that come with the program are for. */
const SHIPPED: { readonly [key: string]: Both } = {
  'appointment-reminder': says('Recordatorio de una cita', 'Reminder of an appointment'),
  'come-back': says('Invitación a volver a la conversación', 'Invitation to come back to the conversation'),
  'complaint-in-progress': says('Reclamo en curso', 'Complaint in progress'),
  'complaint-overdue': says('Reclamo atrasado, para el equipo', 'Overdue complaint, for the team'),
  'complaint-received': says('Reclamo recibido', 'Complaint received'),
  'complaint-resolved': says('Reclamo resuelto', 'Complaint resolved'),
  'lead-nudge': says('¿Le sigue interesando su consulta?', 'Still interested in the request?'),
  'lead-waiting': says('Consulta sin respuesta, para el equipo', 'Lead without an answer, for the team'),
  'flow-recovered': says('Flujo que vuelve a ir bien', 'Flow that is well again'),
  'flow-troubled': says('Flujo con el que algo va mal', 'Flow with which something is wrong'),
  'webhook-disabled': says('Webhook desactivado', 'Webhook disabled'),
  'webhook-failing': says('Webhook que falla', 'Webhook that fails'),
  'webhook-recovered': says('Webhook que vuelve a responder', 'Webhook that is well again'),
}

/** What people call a template: those that ship have a name, of others the key is what their author called them. */
export const templateName = (key: string, language: Language): string =>
  Object.hasOwn(SHIPPED, key) ? (SHIPPED[key] as Both)[language] : key
