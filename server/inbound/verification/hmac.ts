import { createHmac, timingSafeEqual } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'
import { type Fault, says } from '#platform/problem.ts'
import { refused, type VerificationKind } from './kind.ts'
import { headerName, headerText, idHeader, messageIdOf } from './words.ts'

const TOLERANCE_S = 300

const schema = Type.Object(
  {
    kind: Type.Literal('hmac'),
    header: headerName('Header with the signature'),
    algorithm: Type.Optional(
      Type.Union([Type.Literal('sha256'), Type.Literal('sha512'), Type.Literal('sha1')], {
        description: 'Hash of the HMAC (default sha256)',
      }),
    ),
    encoding: Type.Optional(
      Type.Union([Type.Literal('hex'), Type.Literal('base64')], {
        description: 'How the signature is written (default hex)',
      }),
    ),
    prefix: Type.Optional(headerText('What stands before the signature, for example `sha256=`', 40)),
    timestamp: Type.Optional(
      Type.Object(
        {
          header: headerName('Header with the time of sending, in Unix seconds or milliseconds'),
          toleranceS: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 86_400,
              description: `Seconds it may be off (default ${TOLERANCE_S})`,
            }),
          ),
        },
        { description: 'The signed time: what is older is refused' },
      ),
    ),
    idHeader,
    content: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description:
          'What is signed: `{body}`, and `{timestamp}` and `{id}` where the sender signs them (default `{body}`, or `{timestamp}.{body}` with a time)',
        examples: ['v0:{timestamp}:{body}'],
      }),
    ),
  },
  { description: 'A signature by HMAC over what is told' },
)

export type HmacSettings = Static<typeof schema>

const PLACE = /\{([^{}]*)\}/g

const contentOf = ({ content, timestamp }: HmacSettings): string =>
  content ?? (timestamp === undefined ? '{body}' : '{timestamp}.{body}')

function contentFaults(settings: HmacSettings): Fault[] {
  const path = '/content'
  const places = [...contentOf(settings).matchAll(PLACE)].map(([, name]) => name as string)
  const count = (name: string) => places.filter((place) => place === name).length
  const faults: Fault[] = []
  const strange = places.find((name) => !['body', 'timestamp', 'id'].includes(name))
  if (strange !== undefined)
    faults.push({
      path,
      ...says(
        `holds {${strange}}; there are {body}, {timestamp} and {id}`,
        `tiene {${strange}}; hay {body}, {timestamp} e {id}`,
      ),
    })
  if (count('body') !== 1)
    faults.push({
      path,
      ...says(
        'must hold {body} once: what is not signed proves nothing',
        'debe tener {body} una vez: lo que no se firma no prueba nada',
      ),
    })
  if (settings.timestamp !== undefined && count('timestamp') === 0)
    faults.push({
      path,
      ...says(
        'must hold {timestamp}: a time that is not signed proves nothing',
        'debe tener {timestamp}: una hora que no se firma no prueba nada',
      ),
    })
  if (settings.timestamp === undefined && count('timestamp') > 0)
    faults.push({
      path: '/timestamp',
      ...says('is needed, since the content holds {timestamp}', 'hace falta, porque el contenido tiene {timestamp}'),
    })
  if (settings.idHeader === undefined && count('id') > 0)
    faults.push({
      path: '/idHeader',
      ...says('is needed, since the content holds {id}', 'hace falta, porque el contenido tiene {id}'),
    })
  return faults
}

/** Unix time in seconds, or in milliseconds by its length. */
function secondsOf(text: string): number | null {
  if (!/^\d{1,13}$/.test(text)) return null
  return text.length === 13 ? Number(text) / 1000 : Number(text)
}

const FORMS = { hex: /^[0-9a-fA-F]+$/, base64: /^[A-Za-z0-9+/]+={0,2}$/ }

/** The bytes of a signature; null when it is not written as it should be. */
function signatureOf(given: string, { prefix = '', encoding = 'hex' }: HmacSettings): Buffer | null {
  if (!given.startsWith(prefix)) return null
  const text = given.slice(prefix.length)
  return FORMS[encoding].test(text) ? Buffer.from(text, encoding) : null
}

/** What many providers do, each in its own words: an HMAC over the body, often with a time before it. */
export const hmac: VerificationKind<HmacSettings> = {
  kind: 'hmac',
  schema,
  faults: contentFaults,
  secretFault: (secret) => (Buffer.byteLength(secret) >= 8 ? null : 'must have at least 8 bytes'),
  secretOf: (random) => random.toString('base64url'),
  proofHeaders: ({ header, timestamp, idHeader: id }) =>
    [header, timestamp?.header, id].flatMap((name) => (name === undefined ? [] : [name.toLowerCase()])),
  secretHeaders: () => [],
  verify(settings, secrets, { headers, body }, nowS) {
    const { algorithm = 'sha256', header, timestamp, idHeader: idName } = settings
    const given = headers[header.toLowerCase()]
    const time = timestamp === undefined ? '' : headers[timestamp.header.toLowerCase()]
    const content = contentOf(settings)
    const signedId = content.includes('{id}')
    const messageId = messageIdOf(headers, idName)
    if (!given || time === undefined || (signedId && messageId === null)) return refused('missing-header')
    if (timestamp !== undefined) {
      const at = secondsOf(time)
      if (at === null || Math.abs(nowS - at) > (timestamp.toleranceS ?? TOLERANCE_S)) return refused('bad-timestamp')
    }
    const signature = signatureOf(given, settings)
    if (signature === null) return refused('bad-signature')
    const [before = '', after = ''] = content.split('{body}', 2).map((part) => filled(part, time, messageId ?? ''))
    for (const secret of secrets) {
      const expected = createHmac(algorithm, secret).update(before).update(body).update(after).digest()
      if (expected.length !== signature.length || !timingSafeEqual(expected, signature)) continue
      return { proven: { messageId, signedId, fingerprint: expected.toString('base64url') } }
    }
    return refused('bad-signature')
  },
}

const filled = (part: string, time: string, id: string): string =>
  part.replace(PLACE, (_place, name: string) => (name === 'timestamp' ? time : id))
