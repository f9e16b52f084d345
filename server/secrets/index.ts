import type { Runtime, Service } from '#platform/service.ts'
import type { Db } from '#platform/work.ts'
import { secretRoutes } from './routes.ts'
import { readSealed, type SecretKey } from './store.ts'
import { vault } from './vault.ts'

export { NAME as SECRET_NAME } from './routes.ts'
export { knownSecrets } from './store.ts'

/** Opens secrets for those who send. */
export type Vault = {
  /** The values of some secrets by `secretKey`, in one statement; what is not there is absent. */
  reveal(db: Db, wanted: readonly SecretKey[]): Promise<ReadonlyMap<string, string>>
}

export const secretKey = ({ tenant, name }: SecretKey): string => `${tenant}\n${name}`

const openCipher = async (runtime: Pick<Runtime, 'secret'>) => vault(await runtime.secret('secrets'))

/** Cheap: each context may open its own. */
export async function openVault(runtime: Pick<Runtime, 'secret'>): Promise<Vault> {
  const { open } = await openCipher(runtime)
  return {
    async reveal(db, wanted) {
      if (wanted.length === 0) return new Map()
      const rows = await readSealed(db, wanted)
      return new Map(rows.map(({ tenant, name, sealed }) => [secretKey({ tenant, name }), open(tenant, name, sealed)]))
    },
  }
}

/** Seals and opens what another context keeps of its own, by tenant and name. */
export type Sealer = ReturnType<typeof vault>

/** A vault under a key of its own: what one purpose sealed no other opens. */
export const openSealer = async (runtime: Pick<Runtime, 'secret'>, purpose: string): Promise<Sealer> =>
  vault(await runtime.secret(purpose))

/** Keys and tokens of other systems, by name. */
export const secrets: Service = {
  name: 'secrets',
  settings: {},
  migrations: new URL('./migrations/', import.meta.url),
  open: async (runtime) => ({ routes: secretRoutes(runtime, await openCipher(runtime)) }),
}
