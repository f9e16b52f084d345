import { covers, outranks, permissionsOf, type Role } from '#access/permissions.ts'
import { type Rank, rankOfKey, rankOfUser } from '#access/store.ts'
import type { Identity } from '#platform/http/route.ts'
import { Problem } from '#platform/problem.ts'
import type { Db } from '#platform/work.ts'

/**
 * How whoever calls ranks at this moment: a user by their role, a key as its maker did and no higher than the person
 * behind it does by now. Scopes prove no rank: those of owners and of administrators are the same.
 * @param db sees the tenant of the identity
 * @throws Problem 403 for who has no rank: contacts, and keys and users that are gone meanwhile
 */
export async function rankOf(db: Db, { tenant, actor, person }: Identity): Promise<Rank> {
  const found =
    person?.kind === 'user'
      ? await rankOfUser(db, tenant, person.id)
      : actor.startsWith('key:')
        ? await rankOfKey(db, tenant, actor.slice('key:'.length))
        : undefined
  if (found === undefined) throw new Problem(403, 'forbidden', 'This needs a role, and you have none.')
  return found
}

/**
 * Nobody makes, changes or removes what is more trusted than themselves.
 * @throws Problem 403
 */
export function refuseAbove(rank: Rank, ...roles: readonly Role[]): void {
  for (const role of roles) if (!outranks(rank.role, role)) throw above(role)
}

/**
 * As `refuseAbove`, for users: who logs in as one of a role may all that it may, so a narrow key makes none.
 * @throws Problem 403
 */
export function refuseUsersAbove(rank: Rank, { tenant, permissions }: Identity, ...roles: readonly Role[]): void {
  refuseAbove(rank, ...roles)
  for (const role of roles) if (!covers(permissions, permissionsOf(tenant, role))) throw above(role)
}

const above = (role: Role) => new Problem(403, 'forbidden', `The role ${role} is above your own.`)
