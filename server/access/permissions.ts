import type { Permission } from '#platform/http/route.ts'

/** From the most to the least trusted. */
export const ROLES = ['owner', 'admin', 'designer', 'agent', 'viewer'] as const
export type Role = (typeof ROLES)[number]

const VIEWER: readonly Permission[] = [
  'self',
  'events:read',
  'subscriptions:read',
  'inbound:read',
  'deliveries:read',
  'conversations:read',
  'queues:read',
  'flows:read',
  'templates:read',
  'notifications:read',
  'timers:read',
  'mqtt:read',
]
const AGENT: readonly Permission[] = [
  ...VIEWER,
  'conversations:write',
  'notifications:write',
  'flows:run',
  'approvals:read',
  'approvals:decide',
]
const DESIGNER: readonly Permission[] = [
  ...AGENT,
  'events:write',
  'catalogue:write',
  'subscriptions:write',
  'inbound:write',
  'deliveries:write',
  'queues:write',
  'flows:write',
  'templates:write',
  'timers:write',
  'mqtt:write',
  'secrets:read',
]
const ADMIN: readonly Permission[] = [
  ...DESIGNER,
  'secrets:write',
  'backoffice:read',
  'backoffice:write',
  'users:read',
  'users:write',
  'keys:read',
  'keys:write',
  'sources:read',
  'sources:write',
  'flags:read',
  'flags:write',
  'audit:read',
  'metrics:read',
  'tenants:read',
  'tenants:write',
]

/** An owner may do what an administrator may; only owners make, change and remove owners. */
const BY_ROLE: Record<Role, readonly Permission[]> = {
  owner: ADMIN,
  admin: ADMIN,
  designer: DESIGNER,
  agent: AGENT,
  viewer: VIEWER,
}

export const ALL_PERMISSIONS: readonly Permission[] = ADMIN

/** What concerns the whole installation, and therefore only the tenant that runs it. */
const OPERATOR: ReadonlySet<Permission> = new Set(['tenants:read', 'tenants:write', 'metrics:read'])

/** The tenant of whoever runs the installation. */
export const DEFAULT_TENANT = 'default'

/** Filled at the first start, to look around in. */
export const SAMPLE_TENANT = 'sample'

/** What these permissions come to in a tenant: those of the operator hold in the default tenant only. */
export const effective = (tenant: string, permissions: readonly Permission[]): ReadonlySet<Permission> =>
  new Set(tenant === DEFAULT_TENANT ? permissions : permissions.filter((permission) => !OPERATOR.has(permission)))

export const permissionsOf = (tenant: string, role: Role): ReadonlySet<Permission> => effective(tenant, BY_ROLE[role])

/** Whether somebody may hand these out: nobody gives what they do not have. */
export const covers = (own: ReadonlySet<Permission>, wanted: Iterable<Permission>): boolean => {
  for (const permission of wanted) if (!own.has(permission)) return false
  return true
}

/** Whether the first role is at least as trusted as the second. */
export const outranks = (role: Role, other: Role): boolean => ROLES.indexOf(role) <= ROLES.indexOf(other)

/** The less trusted of two roles. */
export const lower = (role: Role, other: Role): Role => (outranks(role, other) ? other : role)

/** What a key with these scopes comes to while it ranks as the role. */
export function permissionsOfKey(tenant: string, role: Role, scopes: readonly Permission[]): ReadonlySet<Permission> {
  const held = permissionsOf(tenant, role)
  return new Set<Permission>(['self', ...scopes.filter((scope) => held.has(scope))])
}
