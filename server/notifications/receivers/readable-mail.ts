type Part = { headers: Readonly<Record<string, string>>; body: string }

const LINE_END = /\r\n|\n/

/** The subject of a message and its plain text, decoded, for somebody who reads along. */
export function readableMail(raw: string): { subject: string; text: string } {
  const message = partOf(raw)
  return { subject: decodedWords(message.headers.subject ?? ''), text: textOf(message)?.trim() ?? '' }
}

function partOf(raw: string): Part {
  const end = /\r?\n\r?\n/.exec(raw)
  const head = end === null ? raw : raw.slice(0, end.index)
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(LINE_END)
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  return { headers: Object.fromEntries(headers), body: end === null ? '' : raw.slice(end.index + end[0].length) }
}

/** The first plain text of a message, whichever parts it has. */
function textOf({ headers, body }: Part): string | null {
  const type = headers['content-type'] ?? 'text/plain'
  if (/^text\/plain/i.test(type)) return decodedBody(body, headers['content-transfer-encoding'] ?? '')
  const boundary = /^multipart\/[^;]+;.*\bboundary="?([^";]+)/i.exec(type)?.[1]
  if (boundary === undefined) return null
  const parts = body.split(`--${boundary}`).slice(1, -1)
  for (const part of parts) {
    const text = textOf(partOf(part.replace(/^\r?\n/, '')))
    if (text !== null) return text
  }
  return null
}

function decodedBody(body: string, encoding: string): string {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64').toString('utf8')
  return /quoted-printable/i.test(encoding) ? unquoted(body.replace(/=\r?\n/g, '')) : body
}

/** RFC 2047 in UTF-8, as mail programs of today write it. */
const decodedWords = (value: string): string =>
  value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([qb])\?([^?]*)\?=/gi, (_word, encoding: string, text: string) =>
      encoding.toLowerCase() === 'b'
        ? Buffer.from(text, 'base64').toString('utf8')
        : unquoted(text.replaceAll('_', ' ')),
    )

/** The bytes that `=C3=B1` stands for, as UTF-8. */
const unquoted = (text: string): string =>
  text.replace(/(?:=[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('=', ''), 'hex').toString('utf8'))
