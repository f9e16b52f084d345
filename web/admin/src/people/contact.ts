/** What a form has of a person, and what the program keeps: addresses of a kind may be one, several or none. */

import type { Schema } from '../api/client.ts'

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
  /** As far as it can be read; `isWhole`: all of what is written can. */
  attributes: { value: Record<string, unknown>; isWhole: boolean }
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
    attributes: { value: contact.attributes, isWhole: true },
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
    attributes: form.attributes.value,
  }
}

/** What the API calls a field, and where the form has it: `addresses.email.1` is the field of e-mails. */
export const FIELDS: Readonly<Record<string, keyof ContactForm>> = Object.fromEntries(
  KINDS.flatMap((kind) => [
    [`addresses.${kind}`, kind],
    ...Array.from({ length: 20 }, (_, n) => [`addresses.${kind}.${n}`, kind] as const),
  ]),
)
