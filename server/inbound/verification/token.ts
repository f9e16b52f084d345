import { hash, timingSafeEqual } from 'node:crypto'
import { type Static, Type } from '@sinclair/typebox'
import { refused, type VerificationKind } from './kind.ts'
import { headerName, headerText, idHeader, messageIdOf } from './words.ts'

const schema = Type.Object(
  {
    kind: Type.Literal('token'),
    header: Type.Optional(headerName('Header with the token (default `authorization`)')),
    prefix: Type.Optional(headerText('What stands before the token, for example `Bearer ` or `Basic `', 40)),
    idHeader,
  },
  { description: 'A token that the sender shows. It proves who sends, not what: whoever sees it can send anything' },
)

export type TokenSettings = Static<typeof schema>

const headerOf = ({ header = 'authorization' }: TokenSettings) => header.toLowerCase()
const digest = (text: string): Buffer => hash('sha256', text, 'buffer')

/** A token in a header: an API key, Bearer, or what HTTP Basic writes. */
export const token: VerificationKind<TokenSettings> = {
  kind: 'token',
  schema,
  faults: () => [],
  secretFault: (secret) => (/^[\x21-\x7e]{8,}$/.test(secret) ? null : 'must be at least 8 visible ASCII characters'),
  secretOf: (random) => random.toString('base64url'),
  proofHeaders: () => null,
  secretHeaders: (settings) => [headerOf(settings)],
  verify(settings, secrets, { headers }) {
    const given = headers[headerOf(settings)]
    if (!given) return refused('missing-header')
    const { prefix = '' } = settings
    // Schemes of HTTP authentication have no case (RFC 9110, section 11.1).
    const isPrefixed = given.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase()
    const shown = digest(given.slice(prefix.length))
    const isKnown = secrets.filter((secret) => timingSafeEqual(digest(secret), shown)).length > 0
    if (!isPrefixed || !isKnown) return refused('bad-token')
    return {
      proven: { messageId: messageIdOf(headers, settings.idHeader), signedId: false, fingerprint: null },
    }
  },
}
