import type { TSchema } from '@sinclair/typebox'
import type { Fault } from '#platform/problem.ts'
import { type Check, convertingCheck, exactCheck } from '#platform/schema/check.ts'

/** Gives every fault of a value, or null when it is well. Query and path values are converted in place. */
export type Validate = (value: unknown) => Fault[] | null

/** Bodies are taken as they are: "1" is not 1. Fields that the schema does not name are faults. */
export const bodyValidator = (schema: TSchema): Validate => asFaults(exactCheck(schema))

/** Query and path texts are converted to the types of the schema; its defaults are filled in. */
export const textValidator = (schema: TSchema): Validate => asFaults(convertingCheck(schema))

const asFaults =
  (check: Check): Validate =>
  (value) =>
    check(value)?.map(({ path, says }) => ({ path, message: says.en, messages: says })) ?? null
