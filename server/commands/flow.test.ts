import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type FlowsHarness, openFlows, SAMPLE } from '#flows/testing-program.ts'

const CAUCE = fileURLToPath(new URL('../../cauce.mjs', import.meta.url))
const KEY = 'flow-command-0123456789-0123456789-012345'

const CASE = {
  name: 'comes back',
  event: { type: 'encounter', subtype: 'tmipw_expired', encounter_id: 'e1', patient_id: 'p1' },
  contact: { name: 'Ana' },
  encounter: { status: 'warned' },
  queue: { continuity: true },
  later: [{ after: 'PT1H', reply: 'hola' }],
  expect: { outcome: 'recovered', steps: ['start', 'split', 'push', 'reply', 'done'] },
}

describe('cauce flow', () => {
  let folder: string
  let flows: FlowsHarness
  let url: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cauce-flow-'))
    flows = await openFlows()
    url = await flows.listen()
  })
  after(async () => {
    await flows.close()
    await rm(folder, { recursive: true })
  })

  function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, [CAUCE, 'flow', ...args], {
        env: { ...process.env, CAUCE_API_KEY: KEY },
        cwd: folder,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let [out, err] = ['', '']
      child.stdout.on('data', (data) => {
        out += data
      })
      child.stderr.on('data', (data) => {
        err += data
      })
      child.once('close', (code) => resolve({ code, out: out.replace(/\(\d.*s\)/, '(…)'), err }))
    })
  }
  const write = async (name: string, value: unknown) => {
    await mkdir(join(folder, 'ci'), { recursive: true })
    await writeFile(join(folder, 'ci', name), JSON.stringify(value))
  }

  it('tests flow files without a server: 0 when all is well', async () => {
    await write('one.flow.json', { cauce: 'flow/1', ...SAMPLE, cases: [CASE] })
    assert.deepEqual(await run('test', 'ci', '--lang', 'en'), {
      code: 0,
      out: 'ci/one.flow.json  Abandoned conversation\n  ✓ comes back\n\n1 flow, 1 case: all well (…)\n',
      err: '',
    })
  })

  it('says in either language what came otherwise, and what cannot run: 1', async () => {
    const red = { ...CASE, name: 'stays', later: [], expect: CASE.expect }
    await write('one.flow.json', { cauce: 'flow/1', ...SAMPLE, cases: [CASE, red] })
    await write('two.flow.json', { cauce: 'flow/1', nodes: [], edges: [] })
    const { code, out } = await run('test', 'ci', '--lang', 'es')
    assert.equal(code, 1)
    assert.equal(
      out,
      `ci/one.flow.json  Abandoned conversation
  ✓ comes back
  ✗ stays
      /expect/outcome: el resultado: se esperaba "recovered", fue "abandoned"
      /expect/steps/4: paso 5: se esperaba done, fue bye
        se esperaba start → split → push → reply → done
        fue         start → split → push → reply → bye → gone
ci/two.flow.json
  ✗ nodes no tiene un inicio: nada pondría en marcha una ejecución

2 flujos, 2 casos: 1 en rojo, 1 que no se puede ejecutar (…)
`,
    )
  })

  it('says in either language that a file is no JSON: 1', async () => {
    const broken = join(folder, 'ci', 'broken.flow.json')
    await mkdir(join(folder, 'ci'), { recursive: true })
    await writeFile(broken, '{"cauce":')
    for (const [language, says] of [
      ['en', 'is no JSON: '],
      ['es', 'no es JSON: '],
    ] as const) {
      const { code, out } = await run('test', broken, '--lang', language)
      assert.equal(code, 1)
      assert.match(out, new RegExp(`✗ +${says}`))
    }
    await rm(broken)
  })

  it('tells of each file that it cannot read, beside those that it can: 1', async () => {
    const odd = join(folder, 'odd')
    await mkdir(join(odd, 'folder.flow.json'), { recursive: true })
    await symlink(join(folder, 'nowhere'), join(odd, 'dangling.flow.json'))
    await writeFile(join(odd, 'windows.flow.json'), `\uFEFF${JSON.stringify({ ...SAMPLE, cases: [CASE] })}`)
    const { code, out } = await run('test', 'odd', 'gone', '--lang', 'es')
    assert.equal(code, 1)
    const name = SAMPLE.name
    assert.equal(
      out,
      `gone
  ✗ no existe
odd/dangling.flow.json
  ✗ no existe
odd/windows.flow.json  ${name}
  ✓ comes back

3 flujos, 1 caso: 0 en rojo, 2 que no se pueden ejecutar (…)
`,
    )
  })

  it('says how it is used: 2', async () => {
    for (const words of [
      [],
      ['fly'],
      ['test'],
      ['test', 'ci', '--lang', 'fr'],
      ['import', 'ci', '--format', 'x'],
      ['export', 'a', 'b'],
    ]) {
      const { code, err } = await run(...words)
      assert.deepEqual([code, err.startsWith('Usage: cauce flow')], [2, true], words.join(' '))
    }
    assert.equal((await run('test', 'nowhere')).code, 1)
  })

  it('exports flows and brings them back without loss, to another tenant too', async () => {
    const id = await flows.published(KEY, 'F', SAMPLE)
    await flows.ok(KEY, 'PUT', `/api/v1/flows/${id}/cases/comes%20back`, { ...CASE, name: undefined })
    assert.equal((await run('export', 'kept', '--url', url)).code, 0)
    const [name, ...more] = await readdir(join(folder, 'kept'))
    assert.deepEqual([name, more], ['abandoned-conversation.flow.json', []])
    const text = await readFile(join(folder, 'kept', name as string), 'utf8')
    const unchanged = await run('import', 'kept', '--url', url)
    assert.match(unchanged.out, /Abandoned conversation \(unchanged\)\n1 of 1 imported/)
    const made = await flows.ok('another', 'POST', '/api/v1/flows/import', JSON.parse(text))
    assert.deepEqual([made.id, made.created, made.faults], [id, true, []])
    assert.equal(
      `${JSON.stringify(await flows.ok('another', 'GET', `/api/v1/flows/${id}/export`), null, 2)}\n`,
      text,
      'there and back',
    )
    await writeFile(join(folder, 'kept', name as string), text.replace('"PT4H"', '"PT2H"'))
    const changed = await run('import', 'kept', '--url', url, '--lang', 'en')
    assert.match(changed.out, /the time limit changed from “PT4H” to “PT2H”/)
    assert.equal((await flows.ok(KEY, 'GET', `/api/v1/flows/${id}`)).published, 1, 'nothing is published')
    const bad = await flows.call('another', 'POST', '/api/v1/flows/import', { cauce: 'flow/1', nodes: {}, edges: [] })
    assert.deepEqual([bad.status, bad.body.errors[0].path], [400, '/nodes'])
  })

  it('finds no fault with a flow whose other flow the same import brings', async () => {
    await rm(join(folder, 'pair'), { recursive: true, force: true })
    await mkdir(join(folder, 'pair'))
    const other = '01900000-0000-7000-8000-00000000000f'
    const keep = (name: string, value: object) =>
      writeFile(join(folder, 'pair', name), JSON.stringify({ cauce: 'flow/1', ...value }))
    const settings = { ...SAMPLE.settings, onError: other }
    await keep('a.flow.json', { ...SAMPLE, id: '01900000-0000-7000-8000-00000000000e', name: 'A', settings })
    const alone = await run('import', 'pair', '--url', url, '--lang', 'en')
    assert.match(alone.out, /! pair\/a.flow.json\n {4}\/settings\/onError there is no such flow\n/)
    await keep('b.flow.json', {
      id: other,
      name: 'B',
      nodes: [
        { id: 'start', type: 'trigger', data: { manual: true } },
        { id: 'over', type: 'end', data: { outcome: 'told' } },
      ],
      edges: [{ id: 'start-over', source: 'start', target: 'over' }],
    })
    await keep('a.flow.json', { ...SAMPLE, id: '01900000-0000-7000-8000-00000000001e', name: 'A2', settings })
    const both = await run('import', 'pair', '--url', url, '--lang', 'en')
    assert.deepEqual([both.code, both.out.includes('!')], [0, false], both.out)
  })

  it('gives the plain file to the older of two flows with one name, into an empty folder too', async () => {
    const older = await flows.published(KEY, 'Twins', { ...SAMPLE, name: 'Twins' })
    const newer = await flows.published(KEY, 'Twins', { ...SAMPLE, name: 'Twins' })
    assert.equal((await run('export', 'twins', '--url', url)).code, 0)
    const names = (await readdir(join(folder, 'twins'))).filter((name) => name.startsWith('twins')).sort()
    assert.deepEqual(names, [`twins-${newer}.flow.json`, 'twins.flow.json'])
    assert.equal(JSON.parse(await readFile(join(folder, 'twins', 'twins.flow.json'), 'utf8')).id, older)
  })

  it('brings back unchanged what goes by the name of its flow alone', async () => {
    const { name: _name, ...nameless } = SAMPLE
    const id = await flows.published('nameless', 'By its flow', nameless)
    const file = await flows.ok('nameless', 'GET', `/api/v1/flows/${id}/export`)
    assert.equal(file.name, 'By its flow')
    const back = await flows.ok('nameless', 'POST', '/api/v1/flows/import', file)
    assert.deepEqual([back.changed, back.difference], [false, { changes: [], counts: {} }])
    const other = { ...file, settings: { ...file.settings, onePerKey: false } }
    const { difference } = await flows.ok('nameless', 'POST', '/api/v1/flows/import', other)
    assert.deepEqual(difference.counts, { settingChanged: 1 })
    const shown = await flows.ok('nameless', 'POST', `/api/v1/flows/${id}/publish/preview`, {})
    assert.deepEqual(shown.difference.counts, { settingChanged: 1 })
  })

  it('brings what another product exported, and says what could not be carried over', async () => {
    const workflow = {
      name: 'Lead',
      nodes: [
        { name: 'Hook', type: 'n8n-nodes-base.webhook', position: [0, 0], parameters: { path: 'lead' } },
        { name: 'Team', type: 'n8n-nodes-base.slack', position: [0, 100], parameters: { text: 'x' } },
      ],
      connections: { Hook: { main: [[{ node: 'Team', type: 'main', index: 0 }]] } },
    }
    await write('lead.json', workflow)
    const { code, out } = await run('import', 'ci/lead.json', '--url', url, '--format', 'n8n', '--lang', 'es')
    assert.equal(code, 0, out)
    assert.match(out, /✓ ci\/lead.json: Lead \(new\)/)
    assert.match(out, /– Team: aquí no hay un paso como n8n-nodes-base.slack; queda en el borrador como estaba/)
    const all = await run('import', 'ci', '--url', url, '--format', 'n8n')
    assert.match(all.out, /^✓ ci\/lead.json: Lead \(new\)[^✓✗]+\n1 of 1 imported as drafts.\n$/)
    await mkdir(join(folder, 'empty'))
    const none = await run('import', 'empty', '--url', url, '--lang', 'en')
    assert.deepEqual([none.code, none.err], [1, 'There is no *.flow.json file there.\n'])
    const wrong = await flows.call(KEY, 'POST', '/api/v1/flows/import?format=typebot', workflow)
    assert.deepEqual([wrong.status, wrong.body.errors[0].messages.es], [400, 'no es una exportación de typebot'])
    assert.equal((await flows.call(KEY, 'POST', '/api/v1/flows/import?format=x', workflow)).status, 400)
  })
})
