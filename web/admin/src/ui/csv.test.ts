import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CsvPlace, type CsvValue, csvOf, separatorOf } from './csv.ts'

const COMMA = { separator: ',', zone: 'UTC' } as const
const SEMICOLON = { separator: ';', zone: 'America/Santiago' } as const
const one = (value: CsvValue, place: CsvPlace = COMMA) =>
  csvOf([value], [{ title: 'v', value: (row) => row }], place).slice('\ufeffv\r\n'.length, -2)

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
