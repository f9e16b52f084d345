import { passwordFault } from '#access/password.ts'
import { isEmail } from '#platform/email-address.ts'
import { type Setting, secretText } from '#platform/settings.ts'

const MAX_EMAIL = 254

const apiKey: Setting<string | undefined> = {
  describe:
    'A first API key of the default tenant, all scopes: 32 or more visible ASCII characters. Made and printed once when unset. A new one replaces the one that it named before: so a lost key is replaced.',
  default: undefined,
  secret: true,
  parse: (value) => {
    if (!/^[\x21-\x7e]{32,512}$/.test(value)) throw new Error('must be 32 to 512 visible ASCII characters')
    return value
  },
}

const email: Setting<string> = {
  describe: 'E-mail of the first administrator.',
  default: 'admin@localhost',
  parse: (value) => {
    if (value.length > MAX_EMAIL || !isEmail(value)) throw new Error('must be one e-mail address')
    return value
  },
}

const password: Setting<string | undefined> = {
  ...secretText(
    'Password of the first administrator. Made and printed once when unset. A new one is set for the owner CAUCE_ADMIN_EMAIL, who is made or let in again if need be: so a lost login is replaced.',
  ),
  parse: (value) => {
    const fault = passwordFault(value)
    if (fault !== null) throw new Error(fault.en)
    return value
  },
}

export const accessSettings = {
  CAUCE_API_KEY: apiKey,
  CAUCE_ADMIN_EMAIL: email,
  CAUCE_ADMIN_PASSWORD: password,
} as const
