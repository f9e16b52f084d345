import { ownIn } from '#flows/portable/drawing.ts'
import { partsIn, withParts } from '#platform/liquid-parts.ts'

/*
 * Names in texts of Novu.
 */

/** What subscribers have, where a contact has it under another name. */
const OF_CONTACT: { readonly [name: string]: string } = {
  firstName: 'name',
  lastName: 'name',
  locale: 'locale',
  timezone: 'timeZone',
  subscriberId: 'id',
  data: 'attributes',
}
/** What a subscriber has under a name, as a path of ours. */
export const ofContact = (member: string): string => `contact.${ownIn(OF_CONTACT, member) ?? `attributes.${member}`}`

/** A literal, or a name of Novu's. */
const NAME =
  /"[^"]*"|'[^']*'|(?<![\w.-])steps?\.(?:[\w-]+\.)?(eventCount|total_count|events)(?![\w-])|(?<![\w.-])(payload|subscriber)(?:\.([A-Za-z_]\w*))?(?![\w-])/g

/** An output of an older template that names a field of the payload, which it does without saying whose it is. */
const BARE = /^(\{\{\{?\s*)([A-Za-z_]\w*)((?:\.\w+)*\s*\}?\}\})$/
/** What else older templates name so. */
const NO_FIELDS: ReadonlySet<string> = new Set([
  ...['payload', 'subscriber', 'step', 'steps', 'branding', 'tenant', 'actor', 'this', 'body', 'preheader', 'else'],
])

/** `isOld`: of a template of the first version. `gathers`: the run has what was gathered. */
export type Writing = { isOld: boolean; gathers: boolean }

/** Names of Novu's texts, in ours, in outputs and tags: `payload` is the data of the event, `subscriber` the contact. */
export function texts(source: string, { isOld, gathers }: Writing): string {
  const whole = source.replace(
    /\{\{\s*subscriber\.firstName\s*\}\}\s+\{\{\s*subscriber\.lastName\s*\}\}/g,
    '{{ subscriber.firstName }}',
  )
  const said = (text: string) =>
    isOld
      ? text.replace(BARE, (found, open: string, name: string, rest: string) =>
          NO_FIELDS.has(name) ? found : `${open}payload.${name}${rest}`,
        )
      : text
  return withParts(whole, ({ text }) =>
    said(text).replace(NAME, (found, gathered?: string, root?: string, member?: string) => {
      if (gathered !== undefined && gathers) return gathered === 'events' ? 'vars.batch' : 'vars.batch.size'
      if (root === undefined) return found
      if (root === 'payload') return member === undefined ? 'event.data' : `event.data.${member}`
      return member === undefined ? 'contact' : ofContact(member)
    }),
  )
}

/** What outputs of a text begin with that is nothing here; of a text with tags nobody knows, since they make names too. */
export function strangeIn(text: string): string[] {
  const parts = [...partsIn(text)]
  if (parts.some(({ isTag }) => isTag)) return []
  return parts
    .map((part) => /^\{\{\{?[\s-]*([#/]?[A-Za-z_]\w*)/.exec(part.text)?.[1] ?? '')
    .filter((name) => name !== '' && name !== 'event' && name !== 'contact' && name !== 'vars')
}
