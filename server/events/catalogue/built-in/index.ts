import { encounterTypes } from './encounter.ts'
import { marketplaceTypes } from './marketplace.ts'
import { operatorTypes } from './operator.ts'
import { whatsappTypes } from './whatsapp.ts'
import type { BuiltInType } from './words.ts'

export type { BuiltInType } from './words.ts'

/** What comes registered, by name. */
export const builtInTypes: ReadonlyMap<string, BuiltInType> = new Map(
  [...encounterTypes, ...marketplaceTypes, ...operatorTypes, ...whatsappTypes].map((type) => [type.name, type]),
)
