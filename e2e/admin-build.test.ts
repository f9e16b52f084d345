import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'

/**
 * The admin is built when it is not there or not of these sources, once, and never in halves. The bundler is one of the
 * test's own: it notes each run, and fails or hangs when its source says so.
 */

const BUNDLER = `
const fs = require('node:fs')
const out = process.argv[process.argv.indexOf('--outDir') + 1]
const source = fs.readFileSync('src/main.ts', 'utf8')
fs.appendFileSync('../../runs', 'x')
fs.writeFileSync('../../pid', String(process.pid))
fs.mkdirSync(out + '/assets', { recursive: true })
fs.writeFileSync(out + '/index.html', '<p>' + source)
if (source.includes('fault')) { console.error('src/main.ts:1 no such word'); process.exit(1) }
fs.writeFileSync(out + '/assets/main-1.js', '//' + source.repeat(2000))
if (source.includes('hang')) setInterval(() => {}, 1000)
`
const SCRIPT = `
import { ensureAdminBuilt } from ${JSON.stringify(new URL('../setup/admin.mjs', import.meta.url).href)}
await ensureAdminBuilt(process.cwd(), () => process.execPath)
console.log('goes on')
`

const folders: string[] = []
after(async () => {
  for (const folder of folders) {
    await chmod(join(folder, 'web', 'admin'), 0o755)
    await rm(folder, { recursive: true, force: true })
  }
})

async function checkout(source: string) {
  const root = await mkdtemp(join(tmpdir(), 'cauce-build-'))
  folders.push(root)
  const admin = join(root, 'web', 'admin')
  await mkdir(join(admin, 'src'), { recursive: true })
  await mkdir(join(root, 'node_modules', 'vite', 'bin'), { recursive: true })
  await writeFile(join(root, 'node_modules', 'vite', 'package.json'), '{"name":"vite"}')
  await writeFile(join(root, 'node_modules', 'vite', 'bin', 'vite.js'), BUNDLER)
  await writeFile(join(root, 'package-lock.json'), '{}')
  await writeFile(join(admin, 'package.json'), '{}')
  const write = (text: string) => writeFile(join(admin, 'src', 'main.ts'), text)
  await write(source)
  const begin = () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', SCRIPT], { cwd: root })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk
      })
    }
    const ended = once(child, 'close').then(() => output)
    return { child, ended }
  }
  return {
    root,
    admin,
    write,
    begin,
    build: () => begin().ended,
    runs: () => readFile(join(root, 'runs'), 'utf8').then(({ length }) => length),
    page: () => readFile(join(admin, 'dist', 'index.html'), 'utf8'),
    /** All that lies in the folder, but for the sources. */
    made: async () => (await readdir(admin)).filter((name) => !['package.json', 'src'].includes(name)),
  }
}

describe('the build of the admin', () => {
  it('is done once for the same sources, also by several commands at once, and again when they change', async () => {
    const { admin, write, build, runs, page, made } = await checkout('one')
    const outputs = await Promise.all([build(), build(), build()])
    assert.equal(await runs(), 1)
    assert.equal(outputs.filter((output) => output.includes('building the admin')).length, 1)
    assert.ok(outputs.every((output) => output.endsWith('goes on\n')))
    assert.equal(await build(), 'goes on\n')
    assert.equal(await runs(), 1)
    await write('two')
    await build()
    assert.deepEqual([await runs(), await page(), await made()], [2, '<p>two', ['dist']])
    const plain = await readFile(join(admin, 'dist', 'assets', 'main-1.js'))
    assert.deepEqual(brotliDecompressSync(await readFile(join(admin, 'dist', 'assets', 'main-1.js.br'))), plain)
  })

  it('that fails is told of with its reason, stops nothing and leaves what was there', async () => {
    const { write, build, page, made } = await checkout('fault')
    const first = await build()
    assert.match(first, /the admin could not be built, everything else works\..*no such word\n.*goes on\n$/s)
    assert.deepEqual(await made(), [])
    await write('well')
    await build()
    await write('fault again')
    assert.match(await build(), /the one built before is shown.*goes on\n$/s)
    assert.deepEqual([await page(), await made()], ['<p>well', ['dist']])
  })

  it('that is stopped leaves no half of it, and the command ends', async () => {
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const { root, admin, write, begin, build, page, made } = await checkout('hang')
      const { child, ended } = begin()
      while (!(await made()).some((name) => name.startsWith('.dist-'))) await new Promise((go) => setTimeout(go, 20))
      child.kill(signal)
      // The machine's own killer takes them all.
      if (signal === 'SIGKILL') process.kill(Number(await readFile(join(root, 'pid'), 'utf8')), signal)
      const output = await ended
      assert.ok(!output.includes('goes on'), output)
      if (signal === 'SIGTERM') assert.deepEqual(await made(), [])
      else assert.ok(!(await readdir(admin)).includes('dist'))
      await write('well')
      await build()
      assert.deepEqual([await page(), await made()], ['<p>well', ['dist']])
    }
  })
})
