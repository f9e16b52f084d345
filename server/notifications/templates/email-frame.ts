import type { TemplateTexts } from './template.ts'

/** What an e-mail to a person says: who it greets, one thing, one action, and why it came. All Liquid. */
export type EmailWords = { hello: string; text: string; button: string; why: string }

const html = ({ lang, hello, text, button, why }: EmailWords & { lang: string }) => `<!doctype html>
<html lang="${lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text}</title></head>
<body style="margin:0;background:#FBFAF7;color:#10242B;font:16px/1.5 Inter,system-ui,sans-serif">
<div style="max-width:480px;margin:0 auto;padding:32px 20px">
<p style="font-size:20px;margin:0 0 12px">${hello}</p>
<p style="margin:0 0 24px">${text}</p>
{% if link %}<p style="margin:0 0 24px"><a href="{{ link }}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#0F7B7F;color:#FBFAF7;text-decoration:none">${button}</a></p>
<p style="font-size:13px;color:#6B7C85;margin:0 0 24px;word-break:break-all">{{ link }}</p>{% endif %}
<p style="font-size:13px;color:#6B7C85;margin:0">${why}</p>
</div>
</body>
</html>
`

/** Body and HTML of an e-mail; readable without images, the link only where there is one. */
export const emailOf = (words: EmailWords, lang: string): Pick<TemplateTexts, 'body' | 'html'> => ({
  body: `${words.hello}\n\n${words.text}\n{% if link %}\n${words.button}:\n{{ link }}\n{% endif %}\n${words.why}\n`,
  html: html({ lang, ...words }),
})
