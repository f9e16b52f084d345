/** Writes src/api/schema.d.ts: the types of the API, from docs/openapi.json. `npm run types -w cauce-admin` after a route changed. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const DOCUMENT = new URL('../../docs/openapi.json', import.meta.url)
export const TYPES = new URL('src/api/schema.d.ts', import.meta.url)

/** The types of the document as it stands, as the text of a file. */
export async function apiTypes() {
  const document = JSON.parse(readFileSync(DOCUMENT, 'utf8'))
  const text = astToString(await openapiTS(document, { alphabetize: true }))
  // Comments are a third of it; who wants them reads /api/docs.
  return `// Written by api-types.mjs from docs/openapi.json: change neither by hand.\n${text.replaceAll(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, '')}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TYPES, await apiTypes())
