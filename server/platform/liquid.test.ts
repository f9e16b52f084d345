import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compile, type Escape, RenderFault, render } from '#platform/liquid.ts'

const NAMES = ['contact', 'event', 'vars', 'now']

function template(source: string, escaping: Escape = 'none') {
  const compiled = compile(source, NAMES, escaping)
  assert.ok(compiled.template, JSON.stringify(compiled.faults))
  return compiled.template
}

const faults = (source: string, escaping: Escape = 'none') => compile(source, NAMES, escaping).faults ?? []

test('a text is rendered with its variables', () => {
  assert.equal(render(template('{% capture s %}a{{ vars }}{% endcapture %}{{ s }}{{ s }}'), { vars: 1 }), 'a1a1')
  const text = template('Hola {{ contact.name }}{% if vars.n > 1 %}, {{ vars.n }} avisos{% endif %}.')
  assert.equal(render(text, { contact: { name: 'María' }, vars: { n: 2 } }), 'Hola María, 2 avisos.')
})

test('an object is written as JSON wherever it stands, and a list as the engine writes it', () => {
  const vars = { a: { b: 'é "1"' }, list: ['x', 'y'] }
  assert.equal(
    render(template('{{ vars.a }} {{ vars.list }} {{ vars.none | default: vars.a.b }}'), {
      vars: { ...vars, none: null },
    }),
    '{"b":"é \\"1\\""} xy é "1"',
  )
  assert.equal(render(template('{{ vars.a }}', 'html'), { vars }), '{&#34;b&#34;:&#34;é \\&#34;1\\&#34;&#34;}')
})

test('undeclared variables are named with their place', () => {
  assert.deepEqual(faults('Hola\n {{ contacto.nombre }}'), [
    {
      says: {
        en: 'there is no variable contacto.nombre; known are contact, event, vars, now',
        es: 'no hay ninguna variable contacto.nombre; las hay: contact, event, vars, now',
      },
      line: 2,
      column: 5,
    },
  ])
  assert.equal(compile('{{ contact.phone }}', ['contact.name']).faults?.length, 1)
  assert.equal(compile('{% if contact %}{{ contact.name }}{% endif %}', ['contact.name']).faults, undefined)
  assert.equal(compile('{% for x in vars.list %}{{ x.a }}{{ forloop.index }}{% endfor %}', NAMES).faults, undefined)
  assert.equal(faults('{{ contact[secret.key] }}').length, 1)
})

test('of many variables the nearest are told', () => {
  const many = ['contact.name', 'contact.id', 'queue.name', 'queue.id', 'event.id', 'event.type', 'organization.name']
  const said = (source: string) => compile(source, many).faults?.map(({ says }) => says.es)
  assert.deepEqual(said('{{ nmae }}'), [
    'no hay ninguna variable nmae; las más parecidas son contact.name, queue.name y organization.name',
  ])
  assert.match(said('{{ queeu.name }}')?.[0] ?? '', /; las más parecidas son queue\.name, /)
  assert.deepEqual(said('{{ queue.nme }}'), ['no hay ninguna variable queue.nme; las hay: queue.name, queue.id'])
})

test('what does not parse, unknown filters and tags that read files are faults', () => {
  for (const source of [
    '{{ contact.name ',
    '{% if contact %}',
    '{{ contact.name | shout }}',
    "{% include 'x' %}",
    "{% render '/etc/passwd' %}",
    "{% layout 'x' %}",
    '{{ contact | where_exp: "x", "x.y" }}',
    '{{ contact | sample }}',
  ]) {
    assert.equal(faults(source).length, 1, source)
  }
  assert.match(faults('{{ a }}'.repeat(20_000))[0]?.says.en ?? '', /longer than/)
  assert.match(faults(`{{ contact.name ${'| upcase '.repeat(600)}}}`)[0]?.says.en ?? '', /a tag of more than 2000/)
})

test('unsafe names are refused on compile and absent at rendering', () => {
  for (const path of [
    'contact.constructor',
    'contact.__proto__.x',
    'vars.prototype',
    'contact["constructor"]["constructor"]',
  ]) {
    assert.notEqual(faults(`{{ ${path} }}`).length, 0, path)
  }
  const dynamic = template('{{ contact[vars.key] }}')
  assert.throws(() => render(dynamic, { contact: { name: 'x' }, vars: { key: 'constructor' } }), RenderFault)
})

test('an absent variable is a fault unless the text has a default for it', () => {
  assert.throws(() => render(template('{{ contact.name }}'), { contact: {} }), /undefined variable: contact.name/)
  assert.equal(render(template('{{ contact.name | default: "amiga" }}'), { contact: {} }), 'amiga')
  assert.equal(render(template('{% if contact.vip %}x{% else %}y{% endif %}'), { contact: {} }), 'y')
})

test('HTML outputs are escaped, once, and there is no way around it', () => {
  const scope = { contact: { name: `<img src=x onerror='a'>"&` } }
  const escaped = '&lt;img src=x onerror=&#39;a&#39;&gt;&#34;&amp;'
  assert.equal(render(template('<b>{{ contact.name }}</b>', 'html'), scope), `<b>${escaped}</b>`)
  assert.equal(render(template('{{ contact.name | escape }}', 'html'), scope), escaped)
  assert.equal(
    render(template('{{ contact.name | newline_to_br }}', 'html'), { contact: { name: '<\na' } }),
    '&lt;<br>a',
  )
  assert.equal(faults('{{ contact.name | raw }}', 'html').length, 1)
  assert.equal(render(template('{{ contact.name }}'), scope), scope.contact.name)
})

test('JSON outputs keep the document a document', () => {
  const text = template(
    '{"name":"{{ contact.name }}","n":{{ vars.n }},"all":{{ vars | json }},"s":{{ contact.name | json }}}',
    'json',
  )
  const scope = { contact: { name: 'a"\\\n}' }, vars: { n: 2, deep: { x: null } } }
  assert.deepEqual(JSON.parse(render(text, scope)), { name: 'a"\\\n}', n: 2, all: scope.vars, s: 'a"\\\n}' })
})

test('URL outputs stay in their place, and are encoded once', () => {
  const url = template('https://x.example/of/{{ contact.name }}?q={{ vars.q }}&n={{ vars.n }}', 'url')
  const scope = { contact: { name: 'a/b ?#é' }, vars: { q: '1&admin=true', n: 2 } }
  assert.equal(render(url, scope), 'https://x.example/of/a%2Fb%20%3F%23%C3%A9?q=1%26admin%3Dtrue&n=2')
  const own = template('/{{ contact.name | url_encode }}/{{ vars.q | cgi_escape }}{{ vars.path | uri_escape }}', 'url')
  assert.equal(
    render(own, { contact: { name: 'a b/c' }, vars: { q: "'", path: '/x y/z?a=1' } }),
    '/a+b%2Fc/%27/x%20y/z?a=1',
  )
  assert.equal(faults('{{ contact.name | raw }}', 'url').length, 1)
  assert.equal(render(template('/{{ contact.name }}', 'url'), { contact: { name: '\ud83d' } }), '/%EF%BF%BD')
})

test('dates are in the language and zone of the reader, and now is the scope’s', () => {
  const text = template('{{ now | date: "%A %H:%M" }} {{ "now" | date: "%Y" }}')
  const scope = { now: '2026-03-02T12:30:00Z' }
  assert.equal(render(text, scope), 'Monday 12:30 2026')
  assert.equal(render(text, scope, { locale: 'es', timeZone: 'America/Santiago' }), 'lunes 09:30 2026')
  assert.equal(render(template('{{ now | date: "%H:%M", "Europe/Madrid" }}'), scope), '13:30')
})

test('bombs end soon and small', () => {
  const bombs = [
    '{% for i in (1..1000000000) %}x{% endfor %}',
    '{% for i in (1..1000) %}{% for j in (1..1000) %}{% for k in (1..1000) %}x{% endfor %}{% endfor %}{% endfor %}',
    `{% assign s = "xxxxxxxxxx" %}${'{% assign s = s | append: s %}'.repeat(60)}{{ s }}`,
    `{% for i in (1..1000) %}${'y'.repeat(1000)}{% endfor %}`,
    `{% capture s %}xxxxxxxxxx{% endcapture %}${'{% capture s %}{{ s }}{{ s }}{% endcapture %}'.repeat(24)}{{ s | size }}`,
    `{{ "${'a'.repeat(1000)}" | replace: "a", "${'b'.repeat(1000)}" | replace: "b", "${'c'.repeat(1000)}" }}`,
    '{{ "x" | date: "%9999999999Y" }}{{ now | date: "%9999999999Y" }}',
    `{% for i in (1..1000) %}{% if contact.a ${'or contact.a '.repeat(145)}%}x{% endif %}{% endfor %}`,
    `{% for i in (1..1000) %}{{ "" ${'| upcase '.repeat(215)}}}{% endfor %}`,
    '{% for i in (1..5000) %}{{ now | date: "%A %B %c", "America/Santiago" }}{% endfor %}',
    '{% for i in (1..900) %}{% for j in (1..900) %}{% increment n %}{% endfor %}{% endfor %}',
  ]
  for (const source of bombs) {
    const compiled = compile(source, NAMES)
    const before = performance.now()
    if (compiled.template !== undefined) {
      const bomb = compiled.template
      assert.throws(() => render(bomb, { now: '2026-01-01T00:00:00Z' }), RenderFault, source.slice(0, 60))
    }
    // Generous: the machine may be busy. What has no bound takes minutes.
    assert.ok(performance.now() - before < 2_000, source.slice(0, 60))
  }
  assert.doesNotThrow(() => compile(`${'{% if contact %}'.repeat(4000)}`, NAMES))
})

test('a loop that can never be gone through is refused, with its place', () => {
  const words = (source: string) => faults(source).map(({ says, line, column }) => `${line}:${column} ${says.en}`)
  const range = (n: number) => `has a range of ${n} numbers; a text may go through 20000 parts`
  assert.deepEqual(words('a\n {% for i in (1..100000000) %}x{% endfor %}'), [`2:2 ${range(100_000_000)}`])
  assert.deepEqual(words('{% if contact %}{% for i in (1..30000) %}x{% endfor %}{% endif %}'), [
    `1:17 ${range(30_000)}`,
  ])
  assert.deepEqual(words('{{ (1..50000) | size }}'), [`1:1 ${range(50_000)}`])
  assert.deepEqual(words('{% assign all = (1..9999999) %}'), [`1:1 ${range(9_999_999)}`])
  assert.deepEqual(words('{{ vars.list | concat: (5..9000004) | size }}'), [`1:1 ${range(9_000_000)}`])
  assert.deepEqual(words('{% for i in (1..200) %}{% for j in (1..200) %}x{% endfor %}{% endfor %}'), [
    '1:1 goes through at least 40201 parts; a text may go through 20000 parts',
  ])
  const nested = `${'{% for i in (1..100) %}'.repeat(200)}x${'{% endfor %}'.repeat(200)}`
  assert.deepEqual(
    faults(nested).map(({ says }) => says),
    [
      {
        en: 'goes through more than a thousand million parts; a text may go through 20000 parts',
        es: 'pasa por más de mil millones de partes; un texto puede pasar por 20000 partes',
      },
    ],
  )
  for (const honest of [
    '{% for i in (1..12) %}{{ i }}{% endfor %}',
    '{% for i in (1..vars.n) %}x{% endfor %}',
    '{% for i in (1..1000) limit: 3 %}{% for j in (1..1000) %}x{% endfor %}{% endfor %}',
    '{% for i in (1..200) %}{% if i == vars.n %}{% break %}{% endif %}{% for j in (1..200) %}x{% endfor %}{% endfor %}',
    '{% for i in (1..200) %}{% if i == vars.n %}{% for j in (1..200) %}x{% endfor %}{% endif %}{% endfor %}',
    '{{ "(1..100000000)" }} (1..100000000)',
  ]) {
    assert.deepEqual(words(honest), [], honest)
  }
})

test('limits are told in plain words, in both languages', () => {
  const [deep] = faults(`${'{% if contact %}'.repeat(2_000)}x${'{% endif %}'.repeat(2_000)}`)
  assert.deepEqual(deep?.says, {
    en: 'has too many blocks inside each other',
    es: 'tiene demasiados bloques uno dentro de otro',
  })
  const long = template('{% for i in (1..vars.n) %}x{% endfor %}')
  assert.throws(() => render(long, { vars: { n: 99_999_999 } }), {
    name: 'RenderFault',
    message: 'makes or goes through more than a text may (line 1)',
  })
})

test('what cannot be stored does not come out', () => {
  const text = template("a{{ '%00' | url_decode }}b{{ contact.name }}")
  assert.equal(render(text, { contact: { name: '\ud83d' } }), 'ab\ufffd')
})

test('rendering changes nothing outside itself', () => {
  const scope = Object.freeze({ contact: Object.freeze({ name: 'x' }) })
  const text = template('{% increment n %}{% assign vars = 1 %}{{ contact.name }}{{ vars }}')
  assert.equal(render(text, scope), '0x1')
  assert.equal(render(text, scope), '0x1')
})

test('all mistakes of a text are told at once, each with its place and in both languages', () => {
  const told = (source: string) =>
    (compile(source, ['contact.name', 'event']).faults ?? []).map(
      ({ says, line, column }) => `${line}:${column} ${says.en} / ${says.es}`,
    )
  assert.deepEqual(told('{{ nope }}\n{{ contact.name | nofilter }} {% if %}'), [
    '1:4 there is no variable nope; known are contact.name, event / no hay ninguna variable nope; las hay: contact.name, event',
    '2:1 there is no filter nofilter / no existe el filtro nofilter',
    '2:36 {% if %} lacks its condition / a {% if %} le falta la condición',
  ])
  assert.deepEqual(told('{% assign a = 1 %}{% foo %}{{ a }}{{ event.id | bad }}'), [
    '1:19 {% foo %} cannot be here / {% foo %} no puede estar aquí',
    '1:35 there is no filter bad / no existe el filtro bad',
  ])
  assert.deepEqual(told('{{ }} {{ event.id }}'), ['1:4 {{ }} lacks a value / a {{ }} le falta un valor'])
  assert.deepEqual(told('{% assign a = %}'), [
    '1:14 {% assign a = %} lacks a value / a {% assign a = %} le falta un valor',
  ])
  assert.deepEqual(told('{% assign %}'), ['1:10 {% assign %} lacks a name / a {% assign %} le falta un nombre'])
  assert.deepEqual(told('{% if event %}x'), ['1:1 {% if event %} is not closed / {% if event %} no está cerrado'])
  assert.deepEqual(told('hi {{ event.id'), ['1:4 {{ event.id is not closed / {{ event.id no está cerrado'])
})

test('a filter that looks at long lists again and again is as much work as it does', () => {
  const list = Array.from({ length: 2_000 }, (_, a) => ({ a }))
  const text = (rounds: number) =>
    `{% for i in (1..${rounds}) %}{% assign kept = event.list | where: 'a', 5 | map: 'a' | uniq | join: ',' %}{% endfor %}{{ kept }}`
  const renders = (source: string) => {
    const { template } = compile(source, ['event'])
    assert.ok(template !== undefined)
    return render(template, { event: { list } })
  }
  assert.equal(renders(text(2)), '5')
  const before = performance.now()
  assert.throws(() => renders(text(300)), /makes or goes through more/)
  assert.ok(performance.now() - before < 2_000)
})
