import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { reasonText } from './reason-text.ts'

test('why a message was refused is known in Spanish, with the faults behind it', () => {
  const es = (reason: string) => reasonText(reason).es
  assert.equal(es('no valid secret gives this signature'), 'ningún secreto vigente da esta firma')
  assert.equal(es('/type: is required; /type is required'), '/type es obligatorio; /type es obligatorio')
  assert.equal(
    es('2 fields are not valid; /type is required; /data/total must be a number'),
    '2 campos no valen; /type es obligatorio; /data/total debe ser un número',
  )
  assert.equal(
    es('Events of the type "robot.danced" are refused: "robot.danced" is not in the catalogue.'),
    'Se rechazan los eventos de tipo "robot.danced": "robot.danced" no está en el catálogo',
  )
  assert.equal(
    es('The schema of "order.paid" does not allow this event: /total must be a number.'),
    'El esquema de "order.paid" no permite este evento: /total debe ser un número',
  )
  assert.equal(
    es('The mapping gives no type: No such key: kind in body.kind'),
    'La transformación no da type: no existe kind en body.kind',
  )
  assert.equal(reasonText('something of a library').es, 'something of a library')
})

test('every reason of ours has its Spanish', () => {
  const source = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')
  const reasons = [
    ...source('../receive.ts').matchAll(/^ {2}(?:'[\w-]+'|network): '([^']+)',$/gm),
    ...source('../refeed.ts').matchAll(/const reason = '([^']+)'/g),
  ].map(([, said]) => said as string)
  assert.equal(reasons.length, 6)
  for (const reason of reasons) assert.notEqual(reasonText(reason).es, reason)
})
