import { declareFlag, type Flag } from '#flags/index.ts'
import type { Runtime } from '#platform/service.ts'
import { eventSettings, POLICIES, type Policy } from '../settings.ts'

export type Policies = { unknown: Flag<Policy>; invalid: Flag<Policy> }

/** Each tenant's own choice; the settings of the same names are the defaults. */
export function declarePolicies(runtime: Pick<Runtime, 'database' | 'settings'>): Policies {
  const defaults = runtime.settings.of(eventSettings)
  const common = { scope: 'tenant', live: true, choices: POLICIES } as const
  return {
    unknown: declareFlag<Policy>(runtime, {
      ...common,
      name: 'CAUCE_UNKNOWN_EVENT_TYPES',
      default: defaults.CAUCE_UNKNOWN_EVENT_TYPES,
      effect: {
        es: 'Qué pasa con un evento cuyo tipo no está en el catálogo: pasa, se aparta o se rechaza.',
        en: 'What happens to an event whose type is not in the catalogue: it passes, is set aside, or is refused.',
      },
    }),
    invalid: declareFlag<Policy>(runtime, {
      ...common,
      name: 'CAUCE_INVALID_EVENTS',
      default: defaults.CAUCE_INVALID_EVENTS,
      effect: {
        es: 'Qué pasa con un evento que no cumple el esquema de su tipo: pasa y se cuenta, se aparta o se rechaza.',
        en: 'What happens to an event that the schema of its type does not allow: it passes and is counted, is set aside, or is refused.',
      },
    }),
  }
}
