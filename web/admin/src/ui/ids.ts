import { ApiError } from '../api/problem.ts'
import { plain } from './plain.ts'

/** An identifier for what is called so: "Coach de salud" is `coach-de-salud`. */
export const idFrom = (name: string): string =>
  plain(name)
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-|-$/g, '')

/** Thrown before something would be put in the place of another of that identifier: a form shows it at its field. */
export const idTaken = (message: string): ApiError =>
  new ApiError({ status: 409, code: 'taken', errors: [{ path: '/id', message }] })
