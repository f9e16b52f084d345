import type { ChannelName } from '../request.ts'
import { emailOf } from './email-frame.ts'
import type { TemplateVersion } from './template.ts'

/*
 * Texts of the sample flows: leads, appointments, complaints. What they need of `event.data` is little: an appointment its
 * `start`, a complaint its `number` or `complaintId`; the rest is said where it is there.
 */

type Words = { title: string; hello: string; text: string; button: string; why: string }

const HELLO = {
  es: '{% if contact.name %}Hola, {{ contact.name }}:{% else %}Hola:{% endif %}',
  en: '{% if contact.name %}Hello {{ contact.name }},{% else %}Hello,{% endif %}',
}

/** In the zone that the event names, else the person's; a time of nobody's zone says that it is UTC. */
const when = (format: string, time = 'event.data.start') =>
  `{% assign zone = 'UTC' %}{% if event.data.timeZone %}{% assign zone = event.data.timeZone %}{% elsif contact.timeZone %}{% assign zone = contact.timeZone %}{% endif %}{{ ${time} | date: '${format}', zone }}{% if zone == 'UTC' %} (UTC){% endif %}`
const ARRIVED = { es: when('%-d de %B, %H:%M', 'event.time'), en: when('%B %-d, %H:%M', 'event.time') }
const NUMBER = '{% if event.data.number %}{{ event.data.number }}{% else %}{{ event.data.complaintId }}{% endif %}'

/** For people, by push and e-mail. */
const PEOPLE: Readonly<Record<string, Readonly<Record<'es' | 'en', Omit<Words, 'hello'>>>>> = {
  'lead-nudge': {
    es: {
      title: '¿Sigue buscando{% if event.data.title %}: {{ event.data.title }}{% endif %}?',
      text: 'Recibimos su consulta{% if event.data.title %} sobre «{{ event.data.title }}»{% endif %} y queremos ayudarle. Si todavía le interesa, responda y seguimos desde ahí.',
      button: 'Continuar',
      why: 'Recibe este mensaje porque nos consultó hace poco. Si ya no le interesa, no necesita hacer nada.',
    },
    en: {
      title: 'Still looking{% if event.data.title %} for {{ event.data.title }}{% endif %}?',
      text: 'We got your request{% if event.data.title %} about “{{ event.data.title }}”{% endif %} and would like to help. If you are still interested, answer and we go on from there.',
      button: 'Go on',
      why: 'You get this message because you asked us lately. If you are no longer interested, there is nothing to do.',
    },
  },
  'appointment-reminder': {
    es: {
      title: 'Su cita: {% if event.data.service %}{{ event.data.service }}{% else %}recordatorio{% endif %}',
      text: `Le recordamos su cita{% if event.data.service %} de {{ event.data.service }}{% endif %} del ${when('%A %-d de %B, %H:%M')}{% if event.data.place %}, en {{ event.data.place }}{% endif %}.`,
      button: 'Ver la cita',
      why: 'Recibe este mensaje porque tiene una cita con nosotros. Si no puede venir, avísenos, por favor.',
    },
    en: {
      title: 'Your appointment{% if event.data.service %}: {{ event.data.service }}{% endif %}',
      text: `A reminder of your appointment{% if event.data.service %} for {{ event.data.service }}{% endif %} on ${when('%A, %B %-d, %H:%M')}{% if event.data.place %}, at {{ event.data.place }}{% endif %}.`,
      button: 'See the appointment',
      why: 'You get this message because you have an appointment with us. If you cannot come, please let us know.',
    },
  },
  'complaint-received': {
    es: {
      title: `Recibimos su reclamo ${NUMBER}`,
      text: `Recibimos su reclamo. Su número es ${NUMBER}: con él puede preguntar cuando quiera. Le escribiremos cuando haya una respuesta.`,
      button: 'Ver el reclamo',
      why: 'Recibe este mensaje porque hizo un reclamo.',
    },
    en: {
      title: `We got your complaint ${NUMBER}`,
      text: `We got your complaint. Its number is ${NUMBER}: use it to ask at any time. We write to you when there is an answer.`,
      button: 'See the complaint',
      why: 'You get this message because you made a complaint.',
    },
  },
  'complaint-in-progress': {
    es: {
      title: `Seguimos con su reclamo ${NUMBER}`,
      text: `Su reclamo ${NUMBER} todavía no tiene respuesta. Lo estamos revisando y no lo hemos olvidado.`,
      button: 'Ver el reclamo',
      why: 'Recibe este mensaje porque hizo un reclamo.',
    },
    en: {
      title: `We are still on your complaint ${NUMBER}`,
      text: `Your complaint ${NUMBER} has no answer yet. We are looking into it and have not forgotten it.`,
      button: 'See the complaint',
      why: 'You get this message because you made a complaint.',
    },
  },
  'complaint-resolved': {
    es: {
      title: `Hay respuesta a su reclamo ${NUMBER}`,
      text: `Su reclamo ${NUMBER} tiene respuesta{% if last.data.resolution %}: {{ last.data.resolution }}{% endif %}. Si no queda conforme, díganoslo en los próximos días y lo volvemos a revisar.`,
      button: 'Ver el reclamo',
      why: 'Recibe este mensaje porque hizo un reclamo.',
    },
    en: {
      title: `There is an answer to your complaint ${NUMBER}`,
      text: `Your complaint ${NUMBER} has an answer{% if last.data.resolution %}: {{ last.data.resolution }}{% endif %}. If it does not satisfy you, tell us within the next days and we look at it again.`,
      button: 'See the complaint',
      why: 'You get this message because you made a complaint.',
    },
  },
}

/** For those who answer leads and complaints, by inbox and e-mail. */
const OPERATORS: Readonly<Record<string, Readonly<Record<'es' | 'en', { title: string; body: string }>>>> = {
  'lead-waiting': {
    es: {
      title: 'Una consulta espera respuesta',
      body: `La consulta {{ event.data.leadId }}{% if event.data.title %} sobre «{{ event.data.title }}»{% endif %} llegó el ${ARRIVED.es} y nadie la ha respondido. Cuando la respondas, este aviso no se repite.`,
    },
    en: {
      title: 'A lead waits for an answer',
      body: `The lead {{ event.data.leadId }}{% if event.data.title %} about “{{ event.data.title }}”{% endif %} came on ${ARRIVED.en} and nobody has answered it. Once you do, this is not said again.`,
    },
  },
  'complaint-overdue': {
    es: {
      title: `El reclamo ${NUMBER} sigue sin respuesta`,
      body: `El reclamo ${NUMBER} llegó el ${ARRIVED.es} y todavía no tiene respuesta.`,
    },
    en: {
      title: `The complaint ${NUMBER} has no answer yet`,
      body: `The complaint ${NUMBER} came on ${ARRIVED.en} and has no answer yet.`,
    },
  },
}

const LANGUAGES = ['es', 'en'] as const

/** What the sample flows say, as version 0. */
export const FOLLOW_UP_TEMPLATES: readonly TemplateVersion[] = [
  ...Object.entries(PEOPLE).flatMap(([key, languages]) =>
    LANGUAGES.flatMap((locale): TemplateVersion[] => {
      const { title, ...words } = languages[locale]
      const of = (channel: ChannelName) => ({ key, channel, locale, version: 0, title })
      return [
        { ...of('push'), body: words.text },
        { ...of('email'), ...emailOf({ hello: HELLO[locale], ...words }, locale) },
      ]
    }),
  ),
  ...Object.entries(OPERATORS).flatMap(([key, languages]) =>
    LANGUAGES.flatMap((locale) =>
      (['inbox', 'email'] as const).map((channel) => ({ key, channel, locale, version: 0, ...languages[locale] })),
    ),
  ),
]
