type Random = () => number

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

/** JSON texts: some cannot be written by JSON.stringify. */
export const HOSTILE: readonly string[] = [
  'null',
  'true',
  '0',
  '-1',
  '1.5',
  '1e999',
  '-1e308',
  '9007199254740993',
  '123456789012345678901234567890',
  '1e-400',
  '""',
  '" "',
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '{"a":{}}',
  '"x"',
  '"\\u0000"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\udc00x"',
  '"__proto__"',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"admin":true}}}',
  '{"toString":1,"valueOf":1}',
  '"9999-99-99T99:99:99Z"',
  '"2026-02-30T10:00:00Z"',
  '"2026-01-01"',
  '"+275760-09-13T00:00:00Z"',
  '"-271821-04-20T00:00:00Z"',
  '"P"',
  '"PT"',
  '"P99999999Y"',
  '"PT1E9S"',
  '"-PT1H"',
  '"../../etc/passwd"',
  '"%00"',
  '"\\r\\nX: y"',
  '"<script>"',
  '"\' or 1=1 --"',
  '"{{ 1 | divided_by: 0 }}"',
  '"{% for i in (1..100000000) %}{% endfor %}"',
  '"{{"',
  '"#{7*7}"',
  '"event.data["',
  '"[].map(x, [].map(y, x))"',
  '"(((((((((((("',
  '"a..b"',
  '"*"',
  '"#"',
  '".a"',
  '"javascript:alert(1)"',
  '"http://127.0.0.1/"',
  '"http://user:pw@example.com/"',
  '"file:///etc/passwd"',
  '"http://[::1]/"',
  '"http://"',
  '"\u202e\ufeff\u0300"',
  '"😀"',
  `"${'a'.repeat(300)}"`,
  `"${'😀'.repeat(5_000)}"`,
  `"${'9'.repeat(400)}"`,
  `[${'1,'.repeat(2_000)}1]`,
  `${'['.repeat(70)}${']'.repeat(70)}`,
  `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`,
]

type Path = readonly (string | number)[]

/** Where values stand in a body, itself and what holds others among them. */
export function places(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [
    at,
    ...Object.entries(value).flatMap(([key, inner]) =>
      places(inner, [...at, Array.isArray(value) ? Number(key) : key]),
    ),
  ]
}

/** A marker that no body holds: it is replaced in the text, since a hostile value may be no JSON value. */
const MARK = '"\u2603hostile\u2603"'

/** The text of `body` with the JSON text `hostile` in the place `at`. */
export function withHostile(body: unknown, at: Path, hostile: string): string {
  if (at.length === 0) return hostile
  const copy = structuredClone(body)
  let inner = copy as Record<string | number, unknown>
  for (const key of at.slice(0, -1)) inner = inner[key] as Record<string | number, unknown>
  inner[at.at(-1) as string] = JSON.parse(MARK)
  return JSON.stringify(copy).replace(MARK, () => hostile)
}

const KINDS = [
  (body: unknown, random: Random) => Buffer.from(withHostile(body, pick(random, places(body)), pick(random, HOSTILE))),
  (body: unknown, random: Random) => Buffer.from(withHostile(body, pick(random, places(body)), pick(random, HOSTILE))),
  dropped,
  added,
  twisted,
  (body: unknown, random: Random) => {
    const text = JSON.stringify(body)
    return Buffer.from(text.slice(0, Math.floor(random() * text.length)))
  },
] as const

/** One seeded mutation of a body: a hostile value somewhere, a field lost or added, bytes changed, an end cut off. */
export const mutated = (body: unknown, random: Random): Buffer => pick(random, KINDS)(body, random)

function dropped(body: unknown, random: Random): Buffer {
  const at = pick(random, places(body))
  const copy = structuredClone(body)
  if (at.length === 0) return Buffer.alloc(0)
  let inner = copy as Record<string | number, unknown>
  for (const key of at.slice(0, -1)) inner = inner[key] as Record<string | number, unknown>
  if (Array.isArray(inner)) inner.splice(at.at(-1) as number, 1)
  else delete inner[at.at(-1) as string]
  return Buffer.from(JSON.stringify(copy))
}

const KEYS = ['__proto__', 'constructor', 'toString', '', 'a'.repeat(5_000), '\u0000', 'tenant', 'id', '$where', '😀']

function added(body: unknown, random: Random): Buffer {
  const member = `{${JSON.stringify(pick(random, KEYS))}:${pick(random, HOSTILE)},`
  return Buffer.from(JSON.stringify(body).replace('{', () => member))
}

function twisted(body: unknown, random: Random): Buffer {
  const bytes = Buffer.from(JSON.stringify(body))
  for (let n = 1 + Math.floor(random() * 3); n > 0; n--) {
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
  }
  return bytes
}

const TEXTS = [
  '',
  '%00',
  '%ff',
  '%',
  '%2e%2e%2f',
  '..',
  'null',
  'NaN',
  '-1',
  '0',
  '1e9',
  '99999999999999999999',
  'true',
  "'",
  '%F0%9F%98%80',
  '2026-02-30T00:00:00Z',
  '9999-99-99',
  '__proto__',
  'eyJhIjoxfQ',
  'W10',
  '%ED%A0%80',
  'a'.repeat(3_000),
  '#',
  '*.#',
  'a..b',
]

/** A path with one of its segments, or the value or name of one query parameter, exchanged; perhaps one twice. */
export function mutatedPath(path: string, random: Random): string {
  const [route = '', query = ''] = path.split('?')
  const parameters = query === '' ? [] : query.split('&')
  const way = Math.floor(random() * 4)
  if (way === 0 || parameters.length === 0) {
    const segments = route.split('/')
    segments[1 + Math.floor(random() * (segments.length - 1))] = pick(random, TEXTS)
    return segments.join('/') + (query === '' ? '' : `?${query}`)
  }
  const at = Math.floor(random() * parameters.length)
  const [name = '', value = ''] = (parameters[at] as string).split('=')
  if (way === 1) parameters[at] = `${name}=${pick(random, TEXTS)}`
  else if (way === 2) parameters.push(`${name}=${pick(random, TEXTS)}`)
  else parameters[at] = `${pick(random, TEXTS)}=${value}`
  return `${route}?${parameters.join('&')}&cursor=${random() < 0.3 ? pick(random, TEXTS) : ''}`.replace(/&cursor=$/, '')
}
