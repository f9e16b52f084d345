import { WEBHOOK_TEMPLATES } from './built-in-webhooks.ts'
import type { TemplateVersion } from './template.ts'

const html = (words: { lang: string; hello: string; text: string; button: string; why: string }) => `<!doctype html>
<html lang="${words.lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${words.text}</title></head>
<body style="margin:0;background:#FBFAF7;color:#10242B;font:16px/1.5 Inter,system-ui,sans-serif">
<div style="max-width:480px;margin:0 auto;padding:32px 20px">
<p style="font-size:20px;margin:0 0 12px">${words.hello}</p>
<p style="margin:0 0 24px">${words.text}</p>
{% if link %}<p style="margin:0 0 24px"><a href="{{ link }}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#0F7B7F;color:#FBFAF7;text-decoration:none">${words.button}</a></p>
<p style="font-size:13px;color:#6B7C85;margin:0 0 24px;word-break:break-all">{{ link }}</p>{% endif %}
<p style="font-size:13px;color:#6B7C85;margin:0">${words.why}</p>
</div>
</body>
</html>
`

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

const email = (words: typeof ES, lang: string) => ({
  body: `${words.hello}\n\n${words.text}\n{% if link %}\n${words.button}:\n{{ link }}\n{% endif %}\n${words.why}\n`,
  html: html({ lang, ...words }),
})

/**
 * Templates that ship, as version 0: a tenant's own of the same key, channel and language takes their place.
 * `come-back` calls back a person who left a conversation; the texts address patients and citizens, hence *usted*.
 * Those of webhooks are for who operates them.
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
    ...email(ES, 'es'),
  },
  {
    key: 'come-back',
    channel: 'email',
    locale: 'en',
    version: 0,
    title: '{% if contact.name %}{{ contact.name }}, your{% else %}Your{% endif %} conversation is still open',
    ...email(EN, 'en'),
  },
  ...WEBHOOK_TEMPLATES,
]

/** A tenant's own texts, newest of each channel and language, stand in the place of those that ship. */
export const withBuiltIn = (key: string, own: readonly TemplateVersion[]): TemplateVersion[] => [
  ...own,
  ...BUILT_IN_TEMPLATES.filter(
    (built) =>
      built.key === key && !own.some(({ channel, locale }) => channel === built.channel && locale === built.locale),
  ),
]
