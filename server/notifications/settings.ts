import { secretText, text, url } from '#platform/settings.ts'

export const settings = {
  CAUCE_PUSH_URL: url(
    'Base URL of the push provider, called as POST {url}/api/v1/push. Unset: the channel push is not set up.',
    ['http', 'https'],
  ),
  CAUCE_PUSH_TOKEN: secretText('Sent to the push provider as Authorization: Bearer.'),
  SMTP_URL: url(
    'Mail server, for example smtps://user:password@mail.example.com. Unset: the channel email is not set up.',
    ['smtp', 'smtps'],
    true,
  ),
  CAUCE_MAIL_FROM: text(
    'Sender of e-mails, for example "Clínica Sur <avisos@example.com>".',
    'Cauce <no-reply@localhost>',
  ),
  CAUCE_LOCALE: text('Language of texts for people whose own is not known.', 'es'),
}
