import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type CsvPlace, type CsvValue, csvOf, separatorOf } from './csv.ts'

const COMMA = { separator: ',', zone: 'UTC' } as const
const SEMICOLON = { separator: ';', zone: 'America/Santiago' } as const
const one = (value: CsvValue, place: CsvPlace = COMMA) =>
  csvOf([value], [{ title: 'v', value: (row) => row }], place).slice('\ufeffv\r\n'.length, -2)

/** The cells as spreadsheets read them: quotes count where a cell begins with one, and what follows its last one belongs to it. */
function cellsOf(text: string, separator: string): string[] {
  const cells: string[] = []
  let cell = ''
  let quoted = false
  let begins = true
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string
    if (quoted && char === '"' && text[at + 1] === '"') {
      cell += text[at++]
    } else if (quoted && char === '"') quoted = false
    else if (!quoted && begins && char === '"') {
      quoted = true
      begins = false
    } else if (!quoted && (char === separator || char === '\r' || char === '\n')) {
      cells.push(cell)
      cell = ''
      begins = true
    } else {
      cell += char
      begins = false
    }
  }
  return [...cells, cell]
}

describe('CSV', () => {
  it('makes no formula of what somebody wrote', () => {
    for (const text of [
      '=1+1',
      '+1',
      '-1',
      '@x',
      '\t=1',
      '\r=1',
      ' =1',
      '\u200b=1',
      '＝1',
      '=HYPERLINK("http://x","y")',
    ])
      assert.match(one(text), /^"'/, JSON.stringify(text))
  })

  it('makes none either where the file is split by something else than it was written with', () => {
    const bits = [',', ';', '\t', '\n', '\r\n', '"', "'", ' ', '\u200b', '=1', '@a', '-', '＝', 'x']
    const hostile = fc.array(fc.constantFrom(...bits), { maxLength: 8 }).map((parts) => parts.join(''))
    const columns = [0, 1, 2].map((at) => ({ title: `t${at}`, value: (row: readonly string[]) => row[at] }))
    const rows = fc.array(fc.array(hostile, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom(COMMA, SEMICOLON),
        fc.constantFrom(',', ';', '\t'),
        (given, place, separator) => {
          for (const cell of cellsOf(csvOf(given, columns, place).slice(1), separator))
            assert.doesNotMatch(cell, /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u)
        },
      ),
      { examples: [[[["x,=cmd|'/c calc'!A1,y", 'a;=1;b', 'c\t=1\td']], SEMICOLON, ',']] },
    )
    assert.equal(one("x,=cmd|'/c calc'!A1,y", SEMICOLON), `"x,'=cmd|'/c calc'!A1,y"`)
    assert.equal(one('tel. +56 9 1234 a-b', SEMICOLON), 'tel. +56 9 1234 a-b')
  })

  it('leaves numbers numbers and plain words as they are', () => {
    assert.equal(one(-3), '-3')
    assert.equal(one('María'), 'María')
    assert.equal(one(null), '')
    assert.equal(one('a-b'), 'a-b')
  })

  it('keeps commas, quotes and lines inside their cell', () => {
    assert.equal(one('a,"b"\nc'), '"a,""b""\nc"')
  })

  it('puts between cells what spreadsheets of the country do', () => {
    for (const tag of ['es', 'es-ES', 'es-CL', 'es-AR', 'de']) assert.equal(separatorOf([tag, 'en']), ';', tag)
    for (const tag of ['es-MX', 'en-GB', 'en']) assert.equal(separatorOf([tag, 'es-CL']), ',', tag)
    assert.equal(separatorOf([]), ',')
    const columns = ['a', 'b'].map((title) => ({ title, value: () => 'x;y' }))
    assert.equal(csvOf([0], columns, SEMICOLON), '\ufeffa;b\r\n"x;y";"x;y"\r\n')
  })

  it('writes numbers and times as spreadsheets of the country know them', () => {
    assert.equal(one(1.5, SEMICOLON), '1,5')
    assert.equal(one(-1.5), '-1.5')
    const columns = [{ title: 'Desde', value: (row: CsvValue) => row, moment: true as const }]
    assert.equal(
      csvOf(['2026-12-01T02:03:04.567Z', null, undefined], columns, SEMICOLON),
      '\ufeffDesde (America/Santiago)\r\n2026-11-30 23:03:04\r\n\r\n\r\n',
    )
  })

  it('begins with a byte order mark and its titles', () => {
    assert.equal(
      csvOf(
        [],
        [
          { title: 'a', value: () => '' },
          { title: '=b', value: () => '' },
        ],
        COMMA,
      ),
      '\ufeffa,"\'=b"\r\n',
    )
  })
})
