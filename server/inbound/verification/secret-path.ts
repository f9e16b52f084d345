import { type Static, Type } from '@sinclair/typebox'
import type { VerificationKind } from './kind.ts'
import { idHeader, messageIdOf } from './words.ts'

const schema = Type.Object(
  { kind: Type.Literal('secret-path'), idHeader },
  {
    description:
      'Nothing but the address, which is shown once: for senders that can do no more. Whoever reads it in a log can send',
  },
)

export const SECRET_PATH = 'secret-path'

/** For senders that can neither sign nor set a header. */
export const secretPath: VerificationKind<Static<typeof schema>> = {
  kind: SECRET_PATH,
  schema,
  faults: () => [],
  secretFault: null,
  secretOf: (random) => random.toString('base64url'),
  proofHeaders: () => null,
  secretHeaders: () => [],
  verify: (settings, _secrets, { headers }) => ({
    proven: { messageId: messageIdOf(headers, settings.idHeader), signedId: false, fingerprint: null },
  }),
}
