/** What a form has of a person, and what the program keeps: addresses of a kind may be one, several or none. */

import type { Schema } from '../api/client.ts'
import { isObject } from '../ui/json-text.ts'

export type Contact = Schema<'Contact'>

export const KINDS = ['email', 'push', 'phone'] as const
export type Kind = (typeof KINDS)[number]

export type ContactForm = {
  name: string
  locale: string
  timeZone: string
  email: string
  push: string
  phone: string
  attributes: string
}

/** The addresses of a kind, the preferred first. */
export function addressesOf({ addresses }: Pick<Contact, 'addresses'>, kind: string): string[] {
  const kept = addresses[kind]
  return [kept].flat().filter((one): one is string => typeof one === 'string' && one !== '')
}

/** Of whom nothing but the id is known. */
export const nobody = (id: string): Contact => ({
  id,
  name: null,
  locale: null,
  timeZone: null,
  addresses: {},
  attributes: {},
})

/** Known only because an event named them: nothing but the id. */
export const isBare = ({ name, locale, timeZone, addresses, attributes }: Contact): boolean =>
  name === null &&
  locale === null &&
  timeZone === null &&
  Object.keys(addresses).length === 0 &&
  Object.keys(attributes).length === 0

export function formOf(contact: Contact): ContactForm {
  const lines = (kind: Kind) => addressesOf(contact, kind).join('\n')
  return {
    name: contact.name ?? '',
    locale: contact.locale ?? '',
    timeZone: contact.timeZone ?? '',
    email: lines('email'),
    push: lines('push'),
    phone: lines('phone'),
    attributes: Object.keys(contact.attributes).length === 0 ? '' : JSON.stringify(contact.attributes, null, 2),
  }
}

/** Why a text is no JSON object; null: it is one, or empty. */
export function attributesFault(text: string): string | null {
  if (text.trim() === '') return null
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? null : '{ … }'
  } catch (error) {
    return (error as Error).message
  }
}

/**
 * The whole contact to put in the place of what was there: kinds of address that the form does not show are kept as they are.
 */
export function contactOf(before: Contact, form: ContactForm) {
  const addresses: Record<string, unknown> = { ...before.addresses }
  for (const kind of KINDS) {
    const lines = form[kind]
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
    if (lines.length === 0) delete addresses[kind]
    else addresses[kind] = lines.length === 1 ? lines[0] : lines
  }
  return {
    name: form.name.trim() || null,
    locale: form.locale.trim() || null,
    timeZone: form.timeZone.trim() || null,
    addresses,
    attributes: form.attributes.trim() === '' ? {} : (JSON.parse(form.attributes) as Record<string, unknown>),
  }
}

/** What the API calls a field, and where the form has it: `addresses.email.1` is the field of e-mails. */
export const FIELDS: Readonly<Record<string, keyof ContactForm>> = Object.fromEntries(
  KINDS.flatMap((kind) => [
    [`addresses.${kind}`, kind],
    ...Array.from({ length: 20 }, (_, n) => [`addresses.${kind}.${n}`, kind] as const),
  ]),
)
