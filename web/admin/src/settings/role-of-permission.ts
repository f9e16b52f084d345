import type { Permission, Role } from '../app/session.ts'
import { ROLES, reaches } from './roles.ts'

/** What each role may do that the one below it may not; `roles.test.ts` holds it to what the program allows. */
const BY_ROLE: Record<Exclude<Role, 'owner' | 'admin'>, readonly Permission[]> = {
  viewer: [
    ...(['events:read', 'subscriptions:read', 'inbound:read', 'deliveries:read', 'conversations:read'] as const),
    ...(['queues:read', 'flows:read', 'templates:read', 'notifications:read', 'timers:read', 'mqtt:read'] as const),
  ],
  agent: ['conversations:write', 'notifications:write', 'flows:run', 'approvals:read', 'approvals:decide'],
  designer: [
    ...(['events:write', 'catalogue:write', 'subscriptions:write', 'inbound:write', 'deliveries:write'] as const),
    ...(['queues:write', 'flows:write', 'templates:write', 'timers:write', 'mqtt:write', 'secrets:read'] as const),
  ],
}

/** The roles that have a permission, the least trusted first: what is left is of those who administer. */
export function rolesWith(permission: Permission): Role[] {
  const from = (['viewer', 'agent', 'designer'] as const).find((role) => BY_ROLE[role].includes(permission)) ?? 'admin'
  return ROLES.filter((role) => reaches(role, from)).reverse()
}
