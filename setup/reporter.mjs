/** Node's own report of a test run, with the summary at the very end also when failures are told after it. */
import { Readable } from 'node:stream'
import { spec as Spec } from 'node:test/reporters'

const COUNTS = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /

/** @param {AsyncIterable<{ type: string, data: { message?: string, nesting?: number } }>} events */
export default async function* report(events) {
  const summary = []
  async function* listen() {
    for await (const event of events) {
      if (event.type === 'test:diagnostic' && event.data.nesting === 0 && COUNTS.test(event.data.message ?? '')) {
        summary.push(event.data.message)
      }
      yield event
    }
  }
  yield* Readable.from(listen()).pipe(new Spec())
  const isClean = summary.some((line) => line === 'fail 0') && summary.some((line) => line === 'cancelled 0')
  if (!isClean) yield `\n${summary.map((line) => `# ${line}\n`).join('')}`
}
