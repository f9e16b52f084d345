import { baseUrl, integer, type Setting, secretText, url } from '#platform/settings.ts'

const ADDRESS = '[^\\s@<>",;:\\\\[\\]()]+@[^\\s@<>",;:\\\\[\\]()]+'
const SENDER = new RegExp(`^(?:${ADDRESS}|(?:"[^"\\\\\\p{Cc}]+"|[^"<>@,;:\\\\\\p{Cc}]+) <${ADDRESS}>)$`, 'u')

const sender: Setting<string> = {
  describe: 'Sender of e-mails, for example "Clínica Sur <avisos@example.com>".',
  default: 'Cauce <no-reply@localhost>',
  parse: (value) => {
    if (!SENDER.test(value)) throw new Error('must be an address, or a name and an address in <>')
    return value
  },
}

export const settings = {
  CAUCE_PUSH_URL: baseUrl(
    'Base URL of the push provider, called as POST {url}/api/v1/push. Unset: the channel push is not set up.',
  ),
  CAUCE_PUSH_TOKEN: secretText('Sent to the push provider as Authorization: Bearer.'),
  SMTP_URL: url(
    'Mail server, for example smtps://user:password@mail.example.com. Unset: the channel email is not set up.',
    ['smtp', 'smtps'],
    true,
  ),
  CAUCE_MAIL_FROM: sender,
  CAUCE_NOTIFICATION_RETENTION_DAYS: integer(
    'Days for which notifications whose fate was decided are kept, with what they said; then their dedupe keys are free again.',
    400,
    { min: 1, max: 3650 },
  ),
}
