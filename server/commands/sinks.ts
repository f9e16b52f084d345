import {
  type ReceivedMail,
  type ReceivedPush,
  type ReceivedWebhook,
  readableMail,
  startPushSink,
  startSmtpSink,
  startWebhookSink,
} from '#notifications/index.ts'
import { asksForHelp } from './help.ts'
import { stopSignal, untilStopped } from './stop-signal.ts'

const USAGE = `Usage: cauce sinks [--webhook=9090] [--push=9091] [--mail=9025]

Receives what Cauce sends, on this machine only, and shows it: webhooks, pushes and e-mails.
The numbers are ports; 0 takes a free one.
`

/** What came is shown at once; a receiver that runs for days need not keep it. */
const KEPT = 100

type Ports = { webhook: number; push: number; mail: number }

/** @returns null when the words are not understood */
export function sinkPorts(args: readonly string[]): Ports | null {
  const ports: Ports = { webhook: 9090, push: 9091, mail: 9025 }
  for (const word of args) {
    const [, name, port] = /^--(webhook|push|mail)=(\d{1,5})$/.exec(word) ?? []
    if (name === undefined || Number(port) > 65_535) return null
    ports[name as keyof Ports] = Number(port)
  }
  return ports
}

const shownWebhook = ({ path, raw }: ReceivedWebhook): string => `webhook ${path} ${raw}`

const shownPush = ({ first, to, title, body, deepLink, data }: ReceivedPush): string =>
  `push ${JSON.stringify({ to, title, body, deepLink, data })}${first ? '' : ' (a repeat)'}`

function shownMail({ to, raw }: ReceivedMail): string {
  const { subject, text } = readableMail(raw)
  return `mail ${JSON.stringify({ to: to.join(', '), subject, text })}`
}

/** @throws Error saying which port is taken, and how to choose another */
async function opened<Sink>(name: keyof Ports, ports: Ports, sink: Promise<Sink>): Promise<Sink> {
  try {
    return await sink
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new Error(`port ${ports[name]} is in use; choose another with --${name}=`)
  }
}

/** Runs the receivers that ship, for tours and tests by hand, until it is told to stop. */
export async function sinks(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    process.stdout.write(USAGE)
    return 0
  }
  const ports = sinkPorts(args)
  if (ports === null) {
    process.stderr.write(USAGE)
    return 2
  }
  const stopping = stopSignal()
  const say = (line: string) => void process.stdout.write(`${line}\n`)
  const options = <Item>(name: keyof Ports, shown: (item: Item) => string) => ({
    port: ports[name],
    keep: KEPT,
    tell: (item: Item) => say(shown(item)),
  })
  const webhook = await opened('webhook', ports, startWebhookSink(Date.now, options('webhook', shownWebhook)))
  const push = await opened('push', ports, startPushSink(options('push', shownPush)))
  const mail = await opened('mail', ports, startSmtpSink(options('mail', shownMail)))
  say(`Receiving, and showing what comes, until Ctrl-C:

  Webhooks   ${webhook.url}/…   any path; as webhookUrl of a subscription, url of a flow, callbackUrl of a timer
  Push       ${push.url}
  E-mail     ${mail.url}

Start Cauce so that it sends there:

  CAUCE_WEBHOOK_ALLOW=127.0.0.1 CAUCE_PUSH_URL=${push.url} SMTP_URL=${mail.url} npm start
`)
  await untilStopped(stopping)
  await Promise.all([webhook.close(), push.close(), mail.close()])
  return 0
}
