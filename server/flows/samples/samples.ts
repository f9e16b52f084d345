import { readFile } from 'node:fs/promises'
import type { GraphFault } from '#flows/graph.ts'
import { type FlowDocument, readDocument } from '#flows/portable/document.ts'
import type { Sentence } from '#platform/sentence.ts'

/** A flow that ships, to begin from: its file is `<id>.flow.json` beside this one. */
type Sample = { readonly id: string; readonly title: Sentence; readonly says: Sentence }

/** What ships, in the order in which it is shown. Title and words in English are the name and description of the file. */
export const SAMPLES = [
  {
    id: 'abandoned-conversation',
    title: { en: 'Abandoned conversation', es: 'Conversación abandonada' },
    says: {
      en: "After the warning a push with a link, or an e-mail; four business hours to come back; else the conversation is closed. One person in ten is held out and gets no push. An agent's answer calls it off, and so do an opt-out and a complaint of the person (contact.opted_out and complaint.created with contactId).",
      es: 'Tras el aviso, un push con enlace o un correo; cuatro horas hábiles para volver; si no vuelve, se cierra la conversación. Una persona de cada diez queda en el grupo de control y no recibe push. La respuesta de un agente lo detiene, y también una baja y un reclamo de la persona (contact.opted_out y complaint.created con contactId).',
    },
  },
  {
    id: 'lead-without-reply',
    title: { en: 'Lead without reply', es: 'Consulta sin respuesta' },
    says: {
      en: "Nobody answers a lead for two hours: who is in charge of it is told. After a day the person is called back, two days later again; after a week the lead is told to be unanswered. Any change of its status stops it, and so do an agent's answer to the person, their return, an opt-out and a complaint. Leads come from other systems, as LeadCreated and LeadStatusChanged, opt-outs as contact.opted_out and complaints as complaint.created with contactId.",
      es: 'Nadie responde una consulta en dos horas: se avisa a quien la tiene a cargo. Al día se vuelve a llamar a la persona, dos días después otra vez; a la semana se cuenta que quedó sin respuesta. Cualquier cambio de su estado lo detiene, y también que un agente responda a la persona, que ella vuelva, una baja y un reclamo. Las consultas llegan de otros sistemas, como LeadCreated y LeadStatusChanged, las bajas como contact.opted_out y los reclamos como complaint.created con contactId.',
    },
  },
  {
    id: 'appointment-reminder',
    title: { en: 'Appointment reminder', es: 'Recordatorio de cita' },
    says: {
      en: 'A day before the appointment and again two hours before it. Who books later gets what is still ahead; a move begins anew with the new hour, a cancellation ends it. Appointments come from other systems, as appointment.confirmed, appointment.moved and appointment.cancelled with appointmentId, contactId and start (with its zone), until they are kept here.',
      es: 'Un día antes de la cita y otra vez dos horas antes. Quien reserva más tarde recibe lo que queda por delante; un cambio de hora vuelve a empezar con la nueva, una cancelación lo termina. Las citas llegan de otros sistemas, como appointment.confirmed, appointment.moved y appointment.cancelled con appointmentId, contactId y start (con su zona), mientras no se lleven aquí.',
    },
  },
  {
    id: 'complaint-follow-up',
    title: { en: 'Complaint follow-up', es: 'Seguimiento de un reclamo' },
    says: {
      en: 'The person gets the number of the complaint; after two days without an answer they hear that it is not forgotten and who is in charge is told; after five it is told to be overdue. With the answer the person is told, and has a week to say that it will not do, which begins it anew. Complaints come from other systems, as complaint.created, complaint.resolved, complaint.reopened and complaint.withdrawn with complaintId, until they are kept here.',
      es: 'La persona recibe el número de su reclamo; a los dos días sin respuesta se le dice que no está olvidado y se avisa a quien lo tiene a cargo; a los cinco se cuenta que está atrasado. Con la respuesta se avisa a la persona, que tiene una semana para decir que no le sirve; entonces vuelve a empezar. Los reclamos llegan de otros sistemas, como complaint.created, complaint.resolved, complaint.reopened y complaint.withdrawn con complaintId, mientras no se lleven aquí.',
    },
  },
] as const satisfies readonly Sample[]
export type SampleId = (typeof SAMPLES)[number]['id']

/** The file of a sample: graph and cases. */
export async function readSample(id: SampleId): Promise<FlowDocument> {
  const text = await readFile(new URL(`./${id}.flow.json`, import.meta.url), 'utf8')
  const { document, faults } = readDocument(JSON.parse(text))
  if (document === undefined) throw new Error(`the sample ${id} cannot be read: ${said(faults)}`)
  return document
}

const said = (faults: readonly GraphFault[]) => faults.map(({ path, says }) => `${path} ${says.en}`).join('; ')
