/**
 * A request whose numbers change from one to the next. In path and body stand
 * `{n}`: the number of the request; `{key}`: the number of what it is about;
 * `{due}`: the instant at which it was due, in microseconds of the machine's clock;
 * `{atMs}`, `{atIso}`: a calendar time that moves on by `everyMs` with each request.
 * All have a fixed width, so that the length of the body is always the same.
 */
export type RequestTemplate = {
  method: string
  path: string
  headers?: Record<string, string>
  body: string
  at?: { firstMs: number; everyMs: number }
}

const N_DIGITS = 10
const KEY_DIGITS = 8
const DUE_DIGITS = 16

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0')

/** Gives the text of one whole request. */
export type Render = (n: number, key: number, dueUs: number) => string

export function compileTemplate(template: RequestTemplate, host: string, firstN: number): Render {
  const { method, path, headers = {}, body, at = { firstMs: 0, everyMs: 0 } } = template
  const numbers: Record<string, (n: number, key: number, dueUs: number) => string> = {
    n: (n) => padded(n, N_DIGITS),
    key: (_n, key) => padded(key, KEY_DIGITS),
    due: (_n, _key, dueUs) => padded(dueUs, DUE_DIGITS),
    atMs: (n) => String(Math.floor(at.firstMs + (n - firstN) * at.everyMs)),
    atIso: (n) => new Date(at.firstMs + (n - firstN) * at.everyMs).toISOString(),
  }
  const compile = (text: string): Render => {
    // Every second part is a name.
    const parts = text.split(/\{(n|key|due|atMs|atIso)\}/).map((part, i) => (i % 2 === 0 ? part : numbers[part]))
    return (n, key, dueUs) => {
      let out = ''
      for (const part of parts) out += typeof part === 'string' ? part : part?.(n, key, dueUs)
      return out
    }
  }
  const length = Buffer.byteLength(compile(body)(firstN, 0, 0))
  const head = Object.entries({
    host,
    'content-type': 'application/json',
    ...headers,
    'content-length': String(length),
  })
  return compile(
    `${method} ${path} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  )
}
