import { readFile } from 'node:fs/promises'
import type pg from 'pg'

/** A statement that ran, as auto_explain wrote it into the server's log. */
export type Plan = { text: string; buffers: number; nodes: readonly PlanNode[] }
export type PlanNode = { type: string; relation: string | null; index: string | null }

type RawNode = {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Shared Hit Blocks'?: number
  'Shared Read Blocks'?: number
  Plans?: RawNode[]
}

const SETTINGS = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_format': 'json',
}

/** From the next sessions on every statement is explained with its buffers, also those inside functions; or none is. */
export async function explainAll(db: pg.Client, on: boolean): Promise<void> {
  await db.query("load 'auto_explain'")
  for (const [name, value] of Object.entries(SETTINGS)) {
    await db.query(on ? `alter database cauce set ${name} = '${value}'` : `alter database cauce reset ${name}`)
  }
}

/** The plans in the server's log from `offset` on. */
export async function readPlans(log: string, offset: number): Promise<Plan[]> {
  const text = (await readFile(log)).subarray(offset).toString('utf8')
  const plans: Plan[] = []
  for (const entry of text.matchAll(/ plan:\n(\t\{\n[\s\S]*?\n\t\})(?=\n\S|\n?$)/g)) {
    const { 'Query Text': query, Plan: root } = JSON.parse(entry[1] as string) as {
      'Query Text': string
      Plan: RawNode
    }
    plans.push({
      text: query,
      buffers: (root['Shared Hit Blocks'] ?? 0) + (root['Shared Read Blocks'] ?? 0),
      nodes: nodesOf(root),
    })
  }
  return plans
}

const nodesOf = (node: RawNode): PlanNode[] => [
  { type: node['Node Type'], relation: node['Relation Name'] ?? null, index: node['Index Name'] ?? null },
  ...(node.Plans ?? []).flatMap(nodesOf),
]
