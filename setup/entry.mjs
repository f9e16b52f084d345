/** What the child under Node 24 begins with. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dieWithParent } from './lifeline.mjs'
import { run } from './run.mjs'

dieWithParent()
await run(dirname(dirname(fileURLToPath(import.meta.url))), process.argv.slice(2))
