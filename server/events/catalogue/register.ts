import type { Json } from '#platform/event.ts'
import { canonicalJson } from '#platform/http/idempotency.ts'
import { type Fault, invalid, Problem, says } from '#platform/problem.ts'
import { type Difference, differenceOf } from './breaking.ts'
import type { BuiltInType } from './built-in/index.ts'
import { compileSchema, schemaFaults } from './compile.ts'
import type { Schema } from './schema-guard.ts'
import type { VersionRow } from './store.ts'
import { type Version, versionText } from './version.ts'

/** Examples of a version, and their size together. */
const MAX_EXAMPLES = 10
const MAX_EXAMPLE_BYTES = 32_768
const MAX_VERSIONS = 200
/** All versions of a type are shown together. */
const MAX_VERSIONS_BYTES = 1_000_000

/** What is wrong with a schema and its examples, every fault with its place. */
export function proposalFaults(schema: Json, examples: readonly Json[]): Fault[] {
  const faults = schemaFaults(schema)
  if (examples.length > MAX_EXAMPLES)
    faults.push({
      path: '/examples',
      ...says(`must have at most ${MAX_EXAMPLES} items`, `debe tener como máximo ${MAX_EXAMPLES} ejemplos`),
    })
  if (Buffer.byteLength(JSON.stringify(examples)) > MAX_EXAMPLE_BYTES) {
    faults.push({
      path: '/examples',
      ...says(`must have at most ${MAX_EXAMPLE_BYTES} bytes`, `debe tener como máximo ${MAX_EXAMPLE_BYTES} bytes`),
    })
  }
  if (faults.length > 0) return faults
  const { check } = compileSchema(schema as Schema)
  return examples.flatMap((example, i) => {
    const fault = check(example)
    return fault === null ? [] : [{ path: `/examples/${i}${fault.path}`, message: fault.message }]
  })
}

/** The first version of a type that comes with the program. */
const builtInVersion = ({ schema, examples }: BuiltInType): VersionRow => ({
  major: 1,
  minor: 0,
  schema,
  examples,
  createdAt: null,
})

/** All versions of a type, the oldest first. */
export const allVersions = (builtIn: BuiltInType | undefined, own: readonly VersionRow[]): VersionRow[] =>
  builtIn === undefined
    ? [...own]
    : [builtInVersion(builtIn), ...own].sort((a, b) => a.major - b.major || a.minor - b.minor)

/** Whether two versions say the same: the same again makes nothing new. */
export const isSame = (
  one: { schema: Schema; examples: readonly Json[] },
  other: { schema: Schema; examples: readonly Json[] },
): boolean => canonicalJson([one.schema, one.examples]) === canonicalJson([other.schema, other.examples])

/** `fresh`: it is still to be stored. */
export type Placed = { version: Version; difference: Difference | null; fresh: boolean }

/**
 * Which version a schema becomes. Within a major it may only add; a new major may be anything. What a major's newest
 * version says already is that version.
 * @param major the major wanted; undefined: the newest there is
 * @throws Problem 400 for a major that leaves a gap, 409 with every change that breaks somebody, 422 when there are too many
 */
export function placeVersion(
  versions: readonly VersionRow[],
  proposal: { schema: Schema; examples: readonly Json[] },
  major: number | undefined,
): Placed {
  const { schema } = proposal
  const newest = versions.at(-1) as VersionRow
  const wanted = major ?? newest.major
  const before = versions.findLast((version) => version.major === wanted)
  if (before !== undefined && isSame(before, proposal)) {
    const earlier = versions.find(({ major: of, minor }) => of === wanted && minor === before.minor - 1)
    const difference = earlier === undefined ? null : differenceOf(earlier.schema, schema)
    return { version: before, difference, fresh: false }
  }
  const size = ({ schema: of, examples }: { schema: Schema; examples: readonly Json[] }) =>
    Buffer.byteLength(JSON.stringify([of, examples]))
  const bytes = versions.reduce((sum, version) => sum + size(version), size(proposal))
  if (versions.length >= MAX_VERSIONS || bytes > MAX_VERSIONS_BYTES) {
    const most = `A type has at most ${MAX_VERSIONS} versions, of ${MAX_VERSIONS_BYTES} bytes together: register a new one.`
    throw new Problem(422, 'events/too-many-versions', most)
  }
  if (wanted === newest.major + 1) return { version: { major: wanted, minor: 0 }, difference: null, fresh: true }
  if (before === undefined) {
    throw invalid({
      path: '/major',
      ...says(
        `must be one there is, or ${newest.major + 1} for the next`,
        `debe ser una que exista, o ${newest.major + 1} para la siguiente`,
      ),
    })
  }
  const difference = differenceOf(before.schema, schema)
  if (difference.breaking.length > 0) throw breaking(before, newest, difference)
  return { version: { major: wanted, minor: before.minor + 1 }, difference, fresh: true }
}

const breaking = (before: Version, newest: Version, { breaking: changes }: Difference) =>
  new Problem(
    409,
    'events/breaking-schema',
    `The schema breaks ${changes.length === 1 ? 'what' : `${changes.length} things that`} version ${versionText(before)} promises. ` +
      `Send it with "major": ${newest.major + 1} to make a new major version.`,
    { faults: changes.map(({ path, message }) => ({ path: `/schema${path}`, message })) },
  )
