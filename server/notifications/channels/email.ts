import type { Attempt, Channel, Prepared } from '#deliveries/index.ts'
import type { Runtime } from '#platform/service.ts'
import { settings } from '../settings.ts'
import { type EmailMessage, emailMessage } from './email-message.ts'
import { smtpVerdict } from './smtp-verdict.ts'
import { stillWanted } from './still-wanted.ts'

type PreparedEmail = Prepared & { message: EmailMessage }

const HOUR_MS = 3_600_000
/**
 * The first retry comes soon, for a server that restarts; then as RFC 5321 §4.5.4.1 asks: at least half an hour
 * apart, given up after some four days.
 */
const SCHEDULE_MS = [60_000, HOUR_MS / 2, HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 8 * HOUR_MS, 12 * HOUR_MS].concat(
  Array.from({ length: 3 }, () => 24 * HOUR_MS),
)
const CONNECTIONS = 10

/** E-mail through the mail server of SMTP_URL, over connections that stay open. */
export async function emailChannel(runtime: Runtime): Promise<{ channel: Channel<PreparedEmail>; close(): void }> {
  const { SMTP_URL: url, CAUCE_MAIL_FROM: from } = runtime.settings.of(settings)
  // Loaded only where mail is set up.
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    ...{ url },
    pool: true,
    maxConnections: CONNECTIONS,
    connectionTimeout: 5_000,
    greetingTimeout: 5_000,
    socketTimeout: 12_000,
    // Texts are ours to fill in, files and addresses are not: nothing in a message may be loaded from anywhere.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    close: () => transport.close(),
    channel: {
      name: 'email',
      schedule: SCHEDULE_MS,
      timeoutMs: 15_000,
      async prepare(rows, db) {
        const wanted = await stillWanted('email', rows, db, runtime)
        const at = runtime.clock.wall()
        return wanted.map((found) => {
          if (!('id' in found)) return found
          const { id, address, payload } = found
          if (address === null || payload === null) return { cancelled: 'it has no address' }
          return { summary: `SMTP ${address}`, message: emailMessage({ id, address, from, payload }, at) }
        })
      },
      async send(prepared, delivery) {
        try {
          const { response } = await transport.sendMail({
            ...prepared.message,
            // The address itself, whatever a mail program would read into it: one recipient.
            to: { name: '', address: prepared.message.to },
            headers: { ...prepared.message.headers },
          })
          return { verdict: 'delivered', body: response.slice(0, 500) }
        } catch (error) {
          return failedAttempt(error, delivery.failures, runtime.clock.wall())
        }
      },
    },
  }
}

function failedAttempt(error: unknown, failures: number, now: number): Attempt {
  const { code, responseCode, response, message } = error as {
    code?: string
    responseCode?: number
    response?: string
    message: string
  }
  const text = (response ?? message).slice(0, 500)
  const { verdict, dead, waitMs } = smtpVerdict({ reply: responseCode, text, auth: code === 'EAUTH' }, failures)
  return {
    verdict,
    ...(responseCode === undefined ? {} : { status: responseCode }),
    error: code === 'EAUTH' ? 'the mail server refused the login of SMTP_URL' : text,
    ...(waitMs === undefined ? {} : { notBefore: now + waitMs }),
    ...(dead ? { outcome: { deadAddress: true } } : {}),
  }
}
