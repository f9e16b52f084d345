import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { brokerWords } from './words.ts'

/** As the program's own engine says it. */
function faultOf(text: string): string {
  try {
    JSON.parse(text)
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

const es = (said: string) => brokerWords(said, 'es')

it('says in Spanish what the program says of a broker, with the names and numbers of the place', () => {
  assert.equal(
    es("the queue pet-flows-events is there with other arguments and is used as it is: inequivalent arg 'durable'"),
    "pet-flows-events ya estaba, con otros parámetros, y se usa como está: inequivalent arg 'durable'",
  )
  assert.equal(
    es(
      'the queue a is there with other arguments and is used as it is: it could not be bound to x and keeps the bindings that it has',
    ),
    'a ya estaba, con otros parámetros, y se usa como está: no se pudo enlazar con x y conserva los enlaces que tiene',
  )
  assert.equal(
    es('pet.events/3: the records from 10 to 99 were gone before they were read'),
    'pet.events/3: los registros del 10 al 99 se borraron antes de que se leyeran',
  )
  assert.match(
    es('messages lie in pet.dead: 12. Those that were refused are kept here too; those'),
    /^Hay mensajes en pet\.dead: 12\. Los/,
  )
  assert.equal(
    es('the broker refused the connection: there is no virtual host "x", or ana may not use it'),
    'El broker rechazó la conexión: no existe el host virtual "x", o ana no puede usarlo',
  )
  assert.match(
    es(
      'the broker refuses a.b, c.d since 2026-01-01T00:00:00.000Z: a queue that gets it is full (reject-publish). It is',
    ),
    /^El broker rechaza a\.b, c\.d: una cola que lo recibe está llena/,
  )
  assert.match(
    es('pet is read by somebody else, and no other node of ours runs: what comes there is theirs'),
    /^pet la lee otro programa/,
  )
  assert.equal(
    es('connect ECONNREFUSED 127.0.0.1:5672'),
    'Nadie contesta en esa dirección (connect ECONNREFUSED 127.0.0.1:5672)',
  )
})

it('says in Spanish why a message could not be taken', () => {
  assert.equal(es('4 fields are not valid'), '4 campos no valen')
  assert.equal(es('/event_id: is required'), '/event_id: es obligatorio')
  assert.equal(es('is required'), 'es obligatorio')
  assert.equal(
    es('The body is not valid JSON: Unterminated string in JSON at position 6'),
    'El contenido no es JSON válido: el texto de la posición 6 no se cierra',
  )
  for (const [text, why] of [
    ['not json <s, and that for longer than an error shows', 'no se esperaba «o» en «not json <s»'],
    ['{"a":', 'termina antes de tiempo'],
    ['{"a" 1}', 'hay una falta en la posición 5'],
    ['{} {}', 'sobra lo que sigue a la posición 3'],
  ] as const)
    assert.equal(es(`The body is not valid JSON: ${faultOf(text)}`), `El contenido no es JSON válido: ${why}`)
  assert.equal(
    es('The body must be a JSON object; a batch is sent as application/cloudevents-batch+json'),
    'El contenido debe ser un objeto JSON, y uno solo',
  )
})

it('leaves what has no words here, and English, as it was told', () => {
  assert.equal(
    es('Handshake terminated by server: 403 (ACCESS-REFUSED)'),
    'Handshake terminated by server: 403 (ACCESS-REFUSED)',
  )
  assert.equal(brokerWords('there is no such queue', 'en'), 'there is no such queue')
})

it('knows the sentences that the program has', () => {
  const sources = [
    'platform/brokers/rabbitmq/index.ts',
    'platform/brokers/kafka/index.ts',
    'gateway/full-queue.ts',
    'gateway/routes.ts',
    'platform/json-text.ts',
    'platform/problem.ts',
    'events/forms.ts',
    'events/forms-fields.ts',
  ].map((file) => readFileSync(new URL(`../../../../server/${file}`, import.meta.url), 'utf8'))
  const said = sources.join('\n')
  for (const words of [
    'is there with other arguments and is used as it is: ',
    'messages lie in ',
    'were gone before they were read',
    'any more; it is read again from ',
    'there is no such queue',
    'the broker is away',
    ' fields are not valid',
    'is not valid JSON: ',
    'is not valid UTF-8',
    'must be a JSON object',
    'is required',
    ': a queue that gets it is full ',
    ' is read by somebody else, and no other node of ours runs: ',
  ])
    assert.ok(said.includes(words), words)
})
