import { FLOW_TEMPLATES } from './built-in-flows.ts'
import { FOLLOW_UP_TEMPLATES } from './built-in-follow-ups.ts'
import { WEBHOOK_TEMPLATES } from './built-in-webhooks.ts'
import { emailOf } from './email-frame.ts'
import type { TemplateVersion } from './template.ts'

const ES = {
  hello: '{% if contact.name %}Hola, {{ contact.name }}:{% else %}Hola:{% endif %}',
  text: 'Su conversación sigue abierta y le estamos esperando. Puede continuar donde la dejó.',
  button: 'Continuar la conversación',
  why: 'Recibe este mensaje porque dejó una conversación a medias. Si no desea continuarla, no necesita hacer nada.',
}

const EN = {
  hello: '{% if contact.name %}Hello {{ contact.name }},{% else %}Hello,{% endif %}',
  text: 'Your conversation is still open and we are waiting for you. You can go on where you left it.',
  button: 'Continue the conversation',
  why: 'You get this message because you left a conversation half way. If you do not wish to continue it, there is nothing to do.',
}

/**
 * Templates that ship, as version 0: a tenant's own of the same key, channel and language takes their place.
 * `come-back` calls back a person who left a conversation; the texts address patients and citizens, hence *usted*, as do
 * those of follow-ups. Those of webhooks and flows are for who operates them.
 */
export const BUILT_IN_TEMPLATES: readonly TemplateVersion[] = [
  {
    key: 'come-back',
    channel: 'push',
    locale: 'es',
    version: 0,
    title: '{% if contact.name %}¡Hola, {{ contact.name }}!{% else %}¡Hola!{% endif %}',
    body: 'Su conversación sigue abierta. Toque para continuar donde la dejó.',
  },
  {
    key: 'come-back',
    channel: 'push',
    locale: 'en',
    version: 0,
    title: '{% if contact.name %}Hello {{ contact.name }}!{% else %}Hello!{% endif %}',
    body: 'Your conversation is still open. Tap to continue where you left it.',
  },
  {
    key: 'come-back',
    channel: 'email',
    locale: 'es',
    version: 0,
    title: '{% if contact.name %}{{ contact.name }}, su{% else %}Su{% endif %} conversación sigue abierta',
    ...emailOf(ES, 'es'),
  },
  {
    key: 'come-back',
    channel: 'email',
    locale: 'en',
    version: 0,
    title: '{% if contact.name %}{{ contact.name }}, your{% else %}Your{% endif %} conversation is still open',
    ...emailOf(EN, 'en'),
  },
  ...FOLLOW_UP_TEMPLATES,
  ...WEBHOOK_TEMPLATES,
  ...FLOW_TEMPLATES,
]

/** The text that ships for a channel and language, if one does. */
export const builtInText = (key: string, channel: string, locale: string): TemplateVersion | undefined =>
  BUILT_IN_TEMPLATES.find((built) => built.key === key && built.channel === channel && built.locale === locale)

/** A tenant's own texts, newest of each channel and language, stand in the place of those that ship. */
export const withBuiltIn = (key: string, own: readonly TemplateVersion[]): TemplateVersion[] => [
  ...own,
  ...BUILT_IN_TEMPLATES.filter(
    (built) =>
      built.key === key && !own.some(({ channel, locale }) => channel === built.channel && locale === built.locale),
  ),
]
