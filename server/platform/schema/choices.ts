import type { ErrorObject } from 'ajv/dist/2020.js'

type Json = { readonly [name: string]: unknown }

/**
 * A choice (`anyOf`) that fails tells of every branch. Kept are the faults of the one branch that was meant, or, where
 * that is not clear, the one fault that the value is none of them.
 */
export function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const drop = new Set<ErrorObject>()
  // The validator tells of inner choices before outer ones, and of what is inside a choice just before it.
  for (const [i, choice] of errors.entries()) {
    if (choice.keyword !== 'anyOf' && choice.keyword !== 'oneOf') continue
    const inside: ErrorObject[] = []
    for (let n = i - 1; n >= 0 && isBelow(errors[n] as ErrorObject, choice); n--) {
      const error = errors[n] as ErrorObject
      if (!drop.has(error) && error.schemaPath.startsWith(`${choice.schemaPath}/`)) inside.push(error)
    }
    const meant = branchMeant(choice, inside)
    if (meant === null) for (const error of inside) drop.add(error)
    else {
      drop.add(choice)
      for (const error of inside) if (branchOf(error, choice) !== meant) drop.add(error)
    }
  }
  return errors.filter((error) => !drop.has(error) && error.keyword !== 'if')
}

/** In the value; items of one list share the schema. */
const isBelow = (error: ErrorObject, choice: ErrorObject): boolean =>
  error.instancePath === choice.instancePath || error.instancePath.startsWith(`${choice.instancePath}/`)

const branchOf = (error: ErrorObject, choice: ErrorObject): number =>
  Number(error.schemaPath.slice(choice.schemaPath.length + 1).split('/', 1)[0])

const MISMATCH = new Set(['type', 'const', 'enum'])

/** Kinds have names; `true` is none. */
const isOtherName = ({ keyword, params }: ErrorObject): boolean =>
  keyword === 'const' && typeof (params as Json).allowedValue === 'string'

/** Of a field of the value itself. */
const isMember = (error: ErrorObject, choice: ErrorObject): boolean =>
  error.instancePath.startsWith(`${choice.instancePath}/`) &&
  !error.instancePath.slice(choice.instancePath.length + 1).includes('/')

/** The branch of the value's kind that knows most of its fields; of several, the one with the fewest faults. */
function branchMeant(choice: ErrorObject, inside: readonly ErrorObject[]): number | null {
  const branches = (choice.schema as readonly Json[]).map((schema, branch) => {
    const faults = inside.filter((error) => branchOf(error, choice) === branch)
    const own = faults.filter(({ instancePath }) => instancePath === choice.instancePath)
    const otherKind = faults.some((error) => isOtherName(error) && isMember(error, choice))
    return { branch, faults: faults.length, near: !own.some(({ keyword }) => MISMATCH.has(keyword)), otherKind, schema }
  })
  const possible = branches.filter((branch) => branch.near && branch.faults > 0)
  // A field that names the kind says which branch was meant, whatever else is wrong.
  const ofKind = possible.filter(({ otherKind }) => !otherKind)
  const near = ofKind.length > 0 ? ofKind : possible
  if (near.length === 1) return near[0]?.branch ?? null
  const ranked = near
    .map((branch) => ({ ...branch, known: knownFields(choice.data, branch.schema) }))
    .filter(({ known }) => known > 0)
    .sort((a, b) => b.known - a.known || a.faults - b.faults)
  const [first, second] = ranked
  if (first === undefined) return null
  return second !== undefined && second.known === first.known && second.faults === first.faults ? null : first.branch
}

function knownFields(value: unknown, { properties }: Json): number {
  if (typeof value !== 'object' || value === null || typeof properties !== 'object' || properties === null) return 0
  return Object.keys(value).filter((name) => Object.hasOwn(properties, name)).length
}
