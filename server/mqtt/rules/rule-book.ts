import type { Runtime } from '#platform/service.ts'
import { type CompiledRule, compileRule } from './rule.ts'
import { enabledRules, rulesVersion } from './store.ts'

/** Rules of one connection: each message is looked at by all of them. */
export const MOST_RULES = 500

/** The rules that are in force on this node. */
export type RuleBook = {
  rules(): readonly CompiledRule[]
  filters(): readonly string[]
  /** Reads them again when they have changed. @returns whether they had */
  refresh(): Promise<boolean>
}

export function createRuleBook(runtime: Pick<Runtime, 'database' | 'logger'>, tenant: string): RuleBook {
  const db = runtime.database.worker
  let version: number | null = null
  let rules: readonly CompiledRule[] = []
  let filters: readonly string[] = []
  return {
    rules: () => rules,
    filters: () => filters,
    async refresh() {
      const stored = await rulesVersion(db, tenant)
      if (stored === version) return false
      const enabled = await enabledRules(db, tenant)
      rules = enabled.flatMap((rule) => {
        const made = compileRule(rule)
        if (made.rule !== undefined) return [made.rule]
        // Written by a version that knew more, or less.
        runtime.logger.error({ rule: rule.id, faults: made.faults }, 'an MQTT rule does not compile and is left out')
        return []
      })
      filters = [...new Set(rules.map(({ topic }) => topic))]
      version = stored
      return true
    },
  }
}
