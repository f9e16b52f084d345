/**
 * What is read for a tenant when it is first needed and kept until it changes. Calls that overlap share one reading,
 * so that whoever asked first also goes on first.
 */
export type KeptByTenant<T> = {
  /** Undefined while it is not in memory. */
  get(tenant: string): T | undefined
  load(tenant: string): Promise<T>
  forget(): void
}

const MAX_TENANTS = 1_000

export function keptByTenant<T>(read: (tenant: string) => Promise<T>): KeptByTenant<T> {
  const kept = new Map<string, T>()
  const underWay = new Map<string, Promise<T>>()

  return {
    get: (tenant) => kept.get(tenant),
    load(tenant) {
      let reading = underWay.get(tenant)
      if (reading === undefined) {
        const mine = read(tenant)
          .then((value) => {
            if (kept.size >= MAX_TENANTS) kept.clear()
            // What was read before a change must not be kept after it.
            if (underWay.get(tenant) === mine) kept.set(tenant, value)
            return value
          })
          .finally(() => {
            if (underWay.get(tenant) === mine) underWay.delete(tenant)
          })
        reading = mine
        underWay.set(tenant, mine)
      }
      return reading
    },
    forget() {
      kept.clear()
      underWay.clear()
    },
  }
}
