import { type Drawing, textIn, wordsIn } from '#flows/portable/drawing.ts'
import { unlikeMail } from '#flows/portable/n8n-unlike.ts'
import { liquidOf, type Variables } from '#flows/portable/typebot-values.ts'

type Members = { [name: string]: unknown }
type Place = { called: string; at: { x: number; y: number } | null; variables: Variables }

const addressesIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(textIn).filter((one) => one !== '') : []

/**
 * An e-mail, as a step that tells the first of those whom it is for.
 * @returns null where it is for nobody
 */
export function drawMail(drawn: Drawing, options: Members, { called, at, variables }: Place): string | null {
  const [to, ...others] = addressesIn(options.recipients)
  if (to === undefined) return null
  const title = liquidOf(textIn(options.subject), variables) || called
  const written = options.isCustomBody === false ? '' : liquidOf(textIn(options.body), variables)
  const isPage = options.isBodyCode === true && written !== ''
  const content = {
    title,
    body: (isPage ? wordsIn(written) : written) || title,
    ...(isPage ? { html: written } : {}),
  }
  const address = liquidOf(to, variables)
  const id = drawn.add(called, 'notify', { content, channels: ['email'], to: { address } }, at)
  const note = (en: string, es: string) => drawn.note(id, `${called}: ${en}`, `${called}: ${es}`)
  note(
    'goes out by the mail server of this installation, not by that of Typebot',
    'sale por el servidor de correo de esta instalación, no por el de Typebot',
  )
  if (written === '')
    note(
      'Typebot wrote all answers into it; here it says its subject only: write in it what is needed',
      'Typebot escribía en él todas las respuestas; aquí dice solo su asunto: escribe en él lo que haga falta',
    )
  const { replyTo, attachmentsVariableId: attachments } = options
  const unlike = unlikeMail({
    toEmail: [to, ...others].join(', '),
    ccEmail: addressesIn(options.cc).join(', '),
    bccEmail: addressesIn(options.bcc).join(', '),
    replyTo,
    attachments,
  })
  for (const [en, es] of unlike) note(en, es)
  return id
}
