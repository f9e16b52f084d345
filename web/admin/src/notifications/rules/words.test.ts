import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Cap, capIn, capOf, type QuietHours, rulesOf, valuesOf } from './values.ts'
import { capWords, quietWords } from './words.ts'

const NIGHTS: QuietHours = { name: 'Noches', from: '21:00', to: '08:00', action: 'hold' }
const TWO: Cap = { name: 'Dos', most: 2, per: 'P1D', action: 'hold' }

describe('what a rule says', () => {
  const es = (more: Partial<QuietHours>) => quietWords({ ...NIGHTS, ...more }, 'es')
  const en = (more: Partial<QuietHours>) => quietWords({ ...NIGHTS, ...more }, 'en')

  it('of quiet hours, on their days', () => {
    assert.equal(
      es({}),
      'Cada noche, de 21:00 a 8:00, los avisos por push o correo que no sean críticos esperan hasta las 8:00.',
    )
    assert.equal(
      en({}),
      'Every night from 21:00 to 8:00, notifications by push or e-mail wait until 8:00, unless they are critical.',
    )
    assert.match(es({ to: '01:00' }), /^Cada noche, de 21:00 a 1:00, .* esperan hasta la 1:00\.$/)
    assert.match(es({ from: '13:00', to: '15:30' }), /^Cada día, de 13:00 a 15:30, /)
    assert.match(es({ days: ['mon', 'tue', 'wed'] }), /^De lunes a miércoles, de 21:00 a 8:00 del día siguiente, /)
    assert.match(es({ days: ['sun', 'sat'], from: '00:00', to: '24:00' }), /^Los sábados y domingos, todo el día, /)
    assert.match(es({ days: ['mon'] }), /^Los lunes, /)
    assert.match(en({ days: ['tue', 'thu'] }), /^On Tuesdays and Thursdays from 21:00 to 8:00 of the next day, /)
  })

  it('of which notifications, and what becomes of them', () => {
    assert.match(
      es({ categories: ['ofertas'], exceptCategories: ['citas', 'recetas'], channels: ['push'], action: 'drop' }),
      /, los avisos de «ofertas» por push que no sean críticos ni de «citas» o «recetas» no se envían por ahí\.$/,
    )
    assert.match(
      en({ exceptCategories: ['visits'], action: 'drop' }),
      /, notifications by push or e-mail are not sent that way, unless they are critical or of “visits”\.$/,
    )
  })

  it('of a cap', () => {
    assert.equal(
      capWords(TWO, 'es'),
      'Nadie recibe más de 2 avisos por push o correo en 1 día. Lo que pase de ahí espera a que haya lugar. Los críticos salen igual, y también cuentan.',
    )
    assert.equal(
      capWords({ ...TWO, most: 1, per: 'PT12H', action: 'drop', categories: ['offers'] }, 'en'),
      'Nobody gets more than 1 notification of “offers” by push or e-mail in 12 hours. What goes beyond is not sent by that channel. Critical ones go out all the same, and count.',
    )
    assert.match(
      capWords({ ...TWO, first: ['citas'], exceptCategories: ['recetas'] }, 'es'),
      /espera a que haya lugar; primero «citas»\. Los críticos y los de «recetas» salen igual, y también cuentan\.$/,
    )
  })
})

describe('the form of the rules', () => {
  it('gives back what it was given, and writes down nothing that is usual', () => {
    const rules = {
      timeZone: 'America/Guayaquil',
      quietHours: [
        NIGHTS,
        { ...NIGHTS, days: ['sat', 'sun'], channels: ['push', 'inbox'], exceptCategories: ['citas'] },
      ],
      caps: [TWO, { ...TWO, first: ['citas', 'recetas'], categories: ['ofertas'] }],
    } satisfies Parameters<typeof valuesOf>[0]
    assert.deepEqual(rulesOf(valuesOf(rules)), rules)
  })

  it('reads times as people write them, and lets nothing go first where nothing waits', () => {
    const values = valuesOf({ timeZone: 'UTC', quietHours: [NIGHTS], caps: [] })
    const [night] = values.quietHours
    assert.deepEqual(rulesOf({ ...values, quietHours: [{ ...night, from: '9', to: '930' } as never] }).quietHours[0], {
      ...NIGHTS,
      ...{ from: '09:00', to: '09:30' },
    })
    assert.deepEqual(capOf({ ...capIn({ ...TWO, first: ['citas'] }), action: 'drop' }), { ...TWO, action: 'drop' })
  })
})
