import { type Checked, checkDocument, type Verdict } from '#flows/index.ts'
import { type FlowFile, flowFiles } from './files.ts'
import type { FlowOptions } from './options.ts'

const WORDS = {
  en: {
    none: 'There is no flow file there.',
    noCases: 'no cases',
    expectedSteps: 'expected',
    cameSteps: 'came    ',
    total: (cases: number, red: number, files: number, broken: number) =>
      `${files} ${files === 1 ? 'flow' : 'flows'}, ${cases} ${cases === 1 ? 'case' : 'cases'}: ${
        red + broken === 0 ? 'all well' : `${red} red${broken === 0 ? '' : `, ${broken} that cannot run`}`
      }`,
  },
  es: {
    none: 'Ahí no hay ningún archivo de flujo.',
    noCases: 'sin casos',
    expectedSteps: 'se esperaba',
    cameSteps: 'fue        ',
    total: (cases: number, red: number, files: number, broken: number) =>
      `${files} ${files === 1 ? 'flujo' : 'flujos'}, ${cases} ${cases === 1 ? 'caso' : 'casos'}: ${
        red + broken === 0
          ? 'todo bien'
          : `${red} en rojo${broken === 0 ? '' : `, ${broken} que no se ${broken === 1 ? 'puede' : 'pueden'} ejecutar`}`
      }`,
  },
} as const

/** Plays the cases of flow files. @returns 0 when all came as expected */
export async function testFlows({ paths, language }: FlowOptions): Promise<number> {
  const words = WORDS[language]
  const files = await flowFiles(paths)
  if (files.length === 0) {
    process.stderr.write(`${words.none}\n`)
    return 1
  }
  const began = performance.now()
  let cases = 0
  let red = 0
  let broken = 0
  for (const file of files) {
    const checked = await checkedFile(file)
    const { verdicts, faults } = checked
    cases += verdicts.length
    red += verdicts.filter(({ passed }) => !passed).length
    broken += faults.length > 0 ? 1 : 0
    process.stdout.write(shownFile(file.path, checked, language))
  }
  const took = ((performance.now() - began) / 1_000).toFixed(2)
  process.stdout.write(`\n${words.total(cases, red, files.length, broken)} (${took} s)\n`)
  return red + broken === 0 ? 0 : 1
}

async function checkedFile({ value, fault }: FlowFile): Promise<Checked> {
  if (fault === undefined) return checkDocument(value)
  return { name: '', faults: [{ nodeId: null, says: fault }], verdicts: [] }
}

function shownFile(path: string, { name, faults, verdicts }: Checked, language: 'en' | 'es'): string {
  const lines = [`${path}${name === '' ? '' : `  ${name}`}`]
  for (const { nodeId, path: at, says } of faults) {
    lines.push(`  ✗ ${[nodeId, at, says[language]].filter((part) => part != null && part !== '').join(' ')}`)
  }
  if (faults.length === 0 && verdicts.length === 0) lines.push(`  – ${WORDS[language].noCases}`)
  for (const verdict of verdicts) lines.push(...shownVerdict(verdict, language))
  return `${lines.join('\n')}\n`
}

function shownVerdict({ name, passed, misses }: Verdict, language: 'en' | 'es'): string[] {
  if (passed) return [`  ✓ ${name}`]
  return [
    `  ✗ ${name}`,
    ...misses.flatMap(({ path, says, expected, actual }) => {
      const line = `      ${path === '' ? '' : `${path}: `}${says[language]}`
      if (!Array.isArray(expected) || !Array.isArray(actual)) return [line]
      const { expectedSteps, cameSteps } = WORDS[language]
      return [line, `        ${expectedSteps} ${expected.join(' → ')}`, `        ${cameSteps} ${actual.join(' → ')}`]
    }),
  ]
}
