import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
const CONTEXTS = [
  'access',
  'conversations',
  'deliveries',
  'events',
  'flags',
  'flows',
  'gateway',
  'forwarding',
  'inbound',
  'mqtt',
  'notifications',
  'reports',
  'secrets',
  'subscriptions',
  'switches',
  'timers',
]

const isTest = (file: string) => /\.test\.ts$|(^|\/)testing\.ts$/.test(file)

/** Imported file of the program, relative to server/, or the bare name of a package. */
function target(file: string, specifier: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1)
  if (specifier.startsWith('.')) return relative(ROOT, resolve(ROOT, dirname(file), specifier))
  return specifier
}

type Module = { file: string; text: string; imports: string[]; values: string[] }

const readModule = (file: string): Module => {
  const text = readFileSync(resolve(ROOT, file), 'utf8')
  const statements = [...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm)]
  return {
    file,
    text,
    imports: statements.map((found) => target(file, found[2] as string)),
    values: statements.filter((found) => found[1] === undefined).map((found) => target(file, found[2] as string)),
  }
}

const modules = globSync('**/*.ts', { cwd: ROOT }).map(readModule)
const admin = globSync('../web/admin/src/**/*.{ts,tsx}', { cwd: ROOT }).map(readModule)
const program = modules.filter(({ file }) => !isTest(file))
const contextOf = (file: string) => CONTEXTS.find((name) => file.startsWith(`${name}/`))

describe('the house', () => {
  it('has no context below the platform', () => {
    const wrong = program
      .filter(({ file }) => file.startsWith('platform/'))
      .flatMap(({ file, imports }) =>
        imports.filter((path) => contextOf(path) !== undefined).map((path) => `${file} → ${path}`),
      )
    assert.deepEqual(wrong, [])
  })

  it('lets contexts see only the faces of others', () => {
    const wrong = program.flatMap(({ file, imports }) => {
      const own = contextOf(file)
      return imports
        .filter((path) => {
          const other = contextOf(path)
          return own !== undefined && other !== undefined && other !== own && path !== `${other}/index.ts`
        })
        .map((path) => `${file} → ${path}`)
    })
    assert.deepEqual(wrong, [])
  })

  it('has no circles between contexts', () => {
    const edges = new Map(
      CONTEXTS.map((name) => [
        name,
        new Set(
          program
            .filter(({ file }) => contextOf(file) === name)
            .flatMap(({ imports }) => imports.map(contextOf))
            .filter((other) => other !== undefined && other !== name) as string[],
        ),
      ]),
    )
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      [...(edges.get(from) ?? [])].some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))))
    assert.deepEqual(
      CONTEXTS.filter((name) => reaches(name, name)),
      [],
    )
  })

  it('has no circles between files, not even of types', () => {
    const graph = new Map([...program, ...admin].map(({ file, imports }) => [file, imports]))
    const state = new Map<string, 'open' | 'done'>()
    const circles: string[] = []
    const visit = (file: string, path: string[]): void => {
      if (state.get(file) === 'done') return
      if (state.get(file) === 'open') {
        circles.push([...path.slice(path.indexOf(file)), file].join(' → '))
        return
      }
      state.set(file, 'open')
      for (const next of graph.get(file) ?? []) visit(next, [...path, file])
      state.set(file, 'done')
    }
    for (const file of graph.keys()) visit(file, [])
    assert.deepEqual(circles, [])
  })

  it('reads the environment in one place', () => {
    const wrong = program.filter(
      ({ file, text }) =>
        /process\.env|from 'node:process'/.test(text) &&
        !['platform/config.ts'].includes(file) &&
        !file.startsWith('platform/embedded/'),
    )
    assert.deepEqual(
      wrong.map(({ file }) => file),
      [],
    )
  })

  it('keeps I/O out of the files that decide', () => {
    const doors = /^node:(fs|net|http|https|dns|tls|child_process|timers)|^(pg|undici|nodemailer|smtp-server|fastify)$/
    const pure =
      /(decide|inactivity|interpreter|simulator|graph|compile|calendar|topic|forms|schedule|breaker|signature|permissions|plan|gate)\.ts$/
    const wrong = program
      .filter(({ file }) => contextOf(file) !== undefined && pure.test(file))
      .flatMap(({ file, values, text }) => [
        ...values
          .filter((path) => doors.test(path) || /(^|\/)store\.ts$/.test(path))
          .map((path) => `${file} → ${path}`),
        ...(/Date\.now\(|Math\.random\(|performance\.now\(/.test(text) ? [`${file} reads a clock or chance`] : []),
      ])
    assert.deepEqual(wrong, [])
  })

  it('keeps files small', () => {
    const long = modules.filter(({ text }) => text.split('\n').length > 500).map(({ file }) => file)
    assert.deepEqual(long, [])
  })
})
