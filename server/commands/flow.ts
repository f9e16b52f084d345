import { exportFlows } from './flow/export.ts'
import { importFlows } from './flow/import.ts'
import { optionsOf } from './flow/options.ts'
import { testFlows } from './flow/test.ts'
import { asksForHelp } from './help.ts'

const USAGE = `Usage: cauce flow test PATH… [--lang es|en]
       cauce flow export DIR [--url http://127.0.0.1:8080]
       cauce flow import PATH… [--url http://127.0.0.1:8080] [--format cauce|n8n|typebot|novu]

test    plays the cases of flow files and says what came otherwise. Needs no database and no server:
        exit code 0 when all is well, 1 when a case is red or a flow cannot run.
export  writes every flow of a running Cauce to DIR, one file a flow, to be kept in version control.
import  brings flow files to a running Cauce as drafts; nothing is published. With --format the files named are exports
        of n8n, Typebot or Novu; what could not be carried over is told.

PATH is a file or a folder with *.flow.json files (*.json for the exports of other products). The API key is
CAUCE_API_KEY.
`

/** `flow`: flows as files. */
export async function flow(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    process.stdout.write(USAGE)
    return 0
  }
  const [verb, ...rest] = args
  const options = optionsOf(rest)
  const act = verb === 'test' ? testFlows : verb === 'export' ? exportFlows : verb === 'import' ? importFlows : null
  if (act === null || options === null || (verb === 'export' && options.paths.length !== 1)) {
    process.stderr.write(USAGE)
    return 2
  }
  if (verb !== 'test' && options.key === undefined) {
    process.stderr.write(
      `cauce flow ${verb}: set CAUCE_API_KEY to a key with flows:read${verb === 'import' ? ' and flows:write' : ''}.\n`,
    )
    return 2
  }
  return act(options)
}
