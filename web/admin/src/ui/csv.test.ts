import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type CsvValue, csvOf, separatorOf } from './csv.ts'

const one = (value: CsvValue) => csvOf([value], [{ title: 'v', value: (row) => row }]).slice('\ufeffv\r\n'.length, -2)

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
    assert.equal(csvOf([0], columns, ';'), '\ufeffa;b\r\n"x;y";"x;y"\r\n')
  })

  it('begins with a byte order mark and its titles', () => {
    assert.equal(
      csvOf(
        [],
        [
          { title: 'a', value: () => '' },
          { title: '=b', value: () => '' },
        ],
      ),
      '\ufeffa,"\'=b"\r\n',
    )
  })
})
