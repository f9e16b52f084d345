import { isEmail } from '#platform/email-address.ts'
import type { Json } from '#platform/event.ts'
import { type Fault, says } from '#platform/problem.ts'

/** Tokens of push services have some hundred characters. */
const MAX_PUSH_CHARACTERS = 2_000

type Rule = { holds(address: string): boolean; fault: ReturnType<typeof says> }

/** The kinds of address that messages are sent to; others are kept as they are. */
const RULES: Readonly<Record<string, Rule>> = {
  email: {
    holds: isEmail,
    fault: says(
      'must be one e-mail address such as maria@example.com',
      'debe ser una dirección de correo, como maria@example.com',
    ),
  },
  push: {
    holds: (address) => address !== '' && address.length <= MAX_PUSH_CHARACTERS && !/[\p{Cc}\p{Cs}]/u.test(address),
    fault: says(
      `must be the address of a device: 1 to ${MAX_PUSH_CHARACTERS} characters, without control characters`,
      `debe ser la dirección de un aparato: de 1 a ${MAX_PUSH_CHARACTERS} caracteres, sin caracteres de control`,
    ),
  },
}

/** What is wrong with the addresses of a person: a kind is one address, a list with the preferred first, or null. */
export function addressFaults(addresses: Readonly<Record<string, Json>>, path: string): Fault[] {
  return Object.entries(RULES).flatMap(([kind, { holds, fault }]) => {
    const kept = addresses[kind] ?? null
    if (kept === null) return []
    const wrong = (value: Json, at: string): Fault[] =>
      typeof value === 'string' && holds(value) ? [] : [{ path: at, ...fault }]
    return Array.isArray(kept)
      ? kept.flatMap((value, i) => wrong(value, `${path}/${kind}/${i}`))
      : wrong(kept, `${path}/${kind}`)
  })
}
