import type { HttpAnswer } from '../http-answer.ts'

/** A piece of a text: itself, or the name of the secret that stands there; `json`: inside a JSON string. */
export type Piece = string | { readonly secret: string; readonly json?: true }
type Text = string | readonly Piece[]
type Asked = { headers?: { readonly [name: string]: Text }; body?: Text }

const refsIn = (text: Text | undefined) =>
  text === undefined || typeof text === 'string' ? [] : text.filter((piece) => typeof piece !== 'string')

/** Names of the secrets that a request uses, each once. */
export const secretsOf = ({ headers, body }: Asked): string[] => [
  ...new Set([...Object.values(headers ?? {}).flatMap(refsIn), ...refsIn(body)].map(({ secret }) => secret)),
]

type Filled = {
  headers: { [name: string]: string }
  body: string | undefined
  secrets: readonly string[]
  refused: string | null
}

/** A request with the values of its secrets, for one attempt; or why there can be none. */
export function filled(asked: Asked, secretOf: (name: string) => string | undefined): Filled {
  const secrets = new Map<string, string>()
  for (const name of secretsOf(asked)) {
    const value = secretOf(name)
    if (value === undefined) return nothing(`there is no secret ${name} any more`)
    secrets.set(name, value)
  }
  const textOf = (text: Text): string =>
    typeof text === 'string'
      ? text
      : text
          .map((piece) => {
            if (typeof piece === 'string') return piece
            const value = secrets.get(piece.secret) ?? ''
            return piece.json ? inJson(value) : value
          })
          .join('')
  const headers: { [name: string]: string } = {}
  for (const [name, text] of Object.entries(asked.headers ?? {})) {
    const unfit = refsIn(text).find(({ secret }) => !/^[\x20-\x7e\t]*$/.test(secrets.get(secret) ?? ''))
    if (unfit !== undefined) return nothing(`the secret ${unfit.secret} holds what a header cannot`)
    headers[name] = textOf(text).trim()
  }
  return {
    headers,
    body: asked.body === undefined ? undefined : textOf(asked.body),
    secrets: [...secrets.values()],
    refused: null,
  }
}

const nothing = (refused: string): Filled => ({ headers: {}, body: undefined, secrets: [], refused })
const inJson = (value: string): string => JSON.stringify(value).slice(1, -1)

const HIDDEN = '[secret]'
/** An answer that was cut may end within a value; shorter beginnings say nothing. */
const SHORTEST_CUT = 4

/** An answer without the secrets that its request carried: many services send back what they got. */
export function cleaned(answer: HttpAnswer, secrets: readonly string[]): HttpAnswer {
  if (secrets.length === 0) return answer
  // The longest first: one may be part of another.
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length)
  const clean = (text: string) => forms.reduce((left, form) => left.replaceAll(form, HIDDEN), text)
  const body = clean(answer.body)
  return {
    ...answer,
    headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, clean(value)])),
    body: answer.truncated ? withoutCutEnd(body, forms) : body,
  }
}

/** How a value comes back: as it is, in a URL, in JSON, in JSON inside JSON; and in JSON that is ASCII throughout. */
function formsOf(value: string): string[] {
  const once = inJson(value)
  const ascii = inAscii(once)
  return [value, encodeURIComponent(value), once, inJson(once), inJson(inJson(once)), ascii, inJson(ascii)]
}

const inAscii = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

function withoutCutEnd(body: string, forms: readonly string[]): string {
  for (const form of forms) {
    for (let length = Math.min(form.length - 1, body.length); length >= SHORTEST_CUT; length--) {
      if (body.endsWith(form.slice(0, length))) return body.slice(0, -length) + HIDDEN
    }
  }
  return body
}
