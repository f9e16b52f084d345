import { createRequire } from 'node:module'
import type { CountryCode } from 'libphonenumber-js'

/** A WhatsApp number: as it is dialled, and the key under which its spellings are one person. */
export type WhatsappNumber = { e164: string; key: string }

type Library = typeof import('libphonenumber-js')
const load = createRequire(import.meta.url)
let library: Library | undefined

/** Loaded with the first number: its tables are not everybody's, and take some 20 ms of a start. */
function phones(): Library {
  library ??= load('libphonenumber-js') as Library
  return library
}

export const isCountry = (code: string): boolean => phones().isSupportedCountry(code)

/** How WhatsApp libraries write a person: the number, perhaps a device, and the server. */
const ADDRESS = /^(\d+)(?::\d+)?@(?:s\.whatsapp\.net|c\.us)$/

/** Copied numbers bring along marks that nobody sees (the direction of reading), the scheme of a link, dashes and the plus of a typesetter. */
const plainly = (input: string): string =>
  input
    .replace(/\p{Cf}/gu, '')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .replace('\uff0b', '+')
    .trim()
    .replace(/^tel:\s*/i, '')
    .replace(/^\(\s*(\+\d+)\s*\)/, '$1 ')

/**
 * Reads a number as people, systems and WhatsApp libraries write it: `+56 9 8765 4321`, `(+56) 9…`, `tel:+56…`, `0056…`,
 * `56987654321`, `56987654321@c.us`, and national ones where a country is given.
 * @returns null when it is no number that can be dialled
 */
export function readNumber(input: string, country?: string): WhatsappNumber | null {
  if (input.length > 64) return null
  const text = plainly(input)
  if (text === '') return null
  const [, digits] = ADDRESS.exec(text) ?? []
  // A group or a channel is no number.
  if (digits === undefined && text.includes('@')) return null
  const found = digits === undefined ? read(text, country) : dialled(`+${digits}`)
  return found === null ? null : { e164: found, key: keyOf(found) }
}

function read(text: string, country: string | undefined): string | null {
  if (text.startsWith('+')) return dialled(text)
  if (/^00[1-9]/.test(text)) return dialled(`+${text.slice(2)}`)
  // In its country a number may begin like another's country code: what is valid there goes first.
  const national =
    country === undefined
      ? undefined
      : phones().parsePhoneNumberFromString(text, { defaultCountry: country as CountryCode, extract: false })
  return national?.isValid() ? national.number : dialled(`+${text}`)
}

/**
 * Possible by its length is enough: numbering plans change sooner than libraries do. A spelling that is no longer dialled
 * (Mexico's 1) is dialled as its key.
 */
function dialled(text: string): string | null {
  if (!/^\+[\d\s()./-]+$/.test(text)) return null
  for (const spelling of [text, `+${keyOf(text.replace(/\D/g, ''))}`]) {
    const number = phones().parsePhoneNumberFromString(spelling, { extract: false })
    if (!number?.isPossible()) continue
    // A national prefix goes, and what is left may begin with another one: what is dialled is read as itself.
    return number.number === text ? text : dialled(number.number)
  }
  return null
}

/**
 * Two spellings of one person: Mexico with and without 1, Argentina with and without 9, Brazil with and without the ninth
 * digit. For matching only, never for dialling.
 */
function keyOf(e164: string): string {
  const digits = e164.replace(/^\+/, '')
  if (digits.length === 13) {
    if (digits.startsWith('521')) return `52${digits.slice(3)}`
    if (digits.startsWith('549')) return `54${digits.slice(3)}`
    if (digits.startsWith('55') && digits.charAt(4) === '9') return digits.slice(0, 4) + digits.slice(5)
  }
  return digits
}
