import { auditRoutes } from '#access/audit/routes.ts'
import { type Authenticator, createAuthenticator } from '#access/authenticator.ts'
import { keyRoutes } from '#access/keys/routes.ts'
import { loginRoutes } from '#access/login/routes.ts'
import { accessSettings } from '#access/settings.ts'
import { tenantRoutes } from '#access/tenants/routes.ts'
import { userRoutes } from '#access/users/routes.ts'
import type { Runtime, Service, ServiceParts } from '#platform/service.ts'

export { type Actor, audit } from '#access/audit/store.ts'
export { type Bootstrapped, bootstrap } from '#access/bootstrap.ts'
export { knownKeys } from '#access/keys/store.ts'
export { DEFAULT_TENANT, permissionsOf } from '#access/permissions.ts'
export { accessSettings } from '#access/settings.ts'
export { assertTenantThere } from '#access/tenants/store.ts'
export { usersByIds, usersOfTenant, usersWithRoles } from '#access/users/store.ts'

type Edge = Pick<Authenticator, 'authenticate' | 'onAccessChanged'>

const opened = new WeakMap<Runtime, Edge>()

/**
 * How the HTTP edge of a program tells who calls, and learns that this may have changed.
 * @throws Error when access is not open there
 */
export function authenticator(runtime: Runtime): Edge {
  const edge = opened.get(runtime)
  if (edge === undefined) throw new Error('access is not open in this program')
  return edge
}

/** A hint to the other nodes that a key, a user or a tenant changed; without it they follow within a second. */
const TOPIC = 'access'

/** Tenants, users, keys, roles, audit: who may do what. */
export const access: Service = {
  name: 'access',
  settings: accessSettings,
  migrations: new URL('./migrations/', import.meta.url),
  async open(runtime: Runtime): Promise<ServiceParts> {
    const { database, clock, signals } = runtime
    const secret = await runtime.secret('access-token')
    const credentials = createAuthenticator(database, clock, secret)
    signals.on(TOPIC, credentials.forget)
    const changed = () => {
      credentials.forget()
      signals.send(TOPIC)
    }
    opened.set(runtime, credentials)
    return {
      routes: [
        ...loginRoutes(runtime, secret, changed),
        ...userRoutes(runtime, changed),
        ...keyRoutes(runtime, changed),
        ...tenantRoutes(runtime, changed),
        ...auditRoutes(runtime),
      ],
    }
  },
}
