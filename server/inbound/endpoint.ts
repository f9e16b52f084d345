import { hash } from 'node:crypto'
import { Value } from '@sinclair/typebox/value'
import { createNetworks } from '#platform/http/networks.ts'
import { type Fault, says } from '#platform/problem.ts'
import { type Mapping, mappingFaults } from './mapping/mapping.ts'
import { isKind, kindOf, type Verification } from './verification/kinds.ts'

/** What its owner says of an endpoint. */
export type Definition = {
  name: string
  enabled: boolean
  verification: Verification
  event: Mapping | null
  /** Headers that are kept besides those that always are, in lower case. */
  headers: readonly string[]
  /** Networks that alone may send; none: all may. */
  networks: readonly string[]
}

export type Endpoint = Definition & {
  tenant: string
  id: string
  /** Last part of its address; null where that is a secret. */
  address: string | null
  revision: number
  createdAt: number
  updatedAt: number
}

/** By what a request finds its endpoint. */
export const addressHash = (address: string): Buffer => hash('sha256', address, 'buffer')

/** The last part of an address, out of 32 random bytes. */
export const addressOf = (random: Buffer): string => random.toString('base64url')

/** Kept of every message: what says how to read it. Those of a trace are taken over, not kept. */
const ALWAYS = /^(content-type|user-agent|tracestate|traceparent|ce-[a-z0-9]+)$/
/** Kept of none, whatever an endpoint asks for. */
const NEVER = /^(authorization|proxy-authorization|cookie)$/

/** The headers of a message that are kept; proofs are kept apart. */
export function keptHeaders(
  { headers: wanted, verification }: Pick<Endpoint, 'headers' | 'verification'>,
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  const secret = kindOf(verification).secretHeaders(verification)
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => (ALWAYS.test(name) || wanted.includes(name)) && !NEVER.test(name) && !secret.includes(name),
    ),
  )
}

/** What is wrong with a definition besides its form. */
export function definitionFaults(given: { readonly [name: string]: unknown }): Fault[] {
  const faults: Fault[] = []
  const { verification, event, headers, networks } = given
  const under = (path: string, found: readonly Fault[]) =>
    faults.push(...found.map((fault) => ({ ...fault, path: path + fault.path })))
  const settings = isVerification(verification) ? verification : null
  if (settings !== null) under('/verification', kindOf(settings).faults(settings))
  if (isObject(event)) under('/event', mappingFaults(event))
  if (Array.isArray(headers)) {
    const secret = settings === null ? [] : kindOf(settings).secretHeaders(settings)
    for (const [i, name] of headers.entries()) {
      if (typeof name !== 'string') continue
      const lower = name.toLowerCase()
      if (NEVER.test(lower) || secret.includes(lower))
        faults.push({
          path: `/headers/${i}`,
          ...says('holds a secret and is never kept', 'tiene un secreto y no se guarda nunca'),
        })
    }
  }
  if (Array.isArray(networks)) {
    for (const [i, network] of networks.entries()) {
      if (typeof network !== 'string') continue
      try {
        createNetworks([network])
      } catch (error) {
        faults.push({ path: `/networks/${i}`, message: (error as Error).message })
      }
    }
  }
  return faults
}

/** What is of another form the schema tells of. */
const isVerification = (value: unknown): value is Verification =>
  isObject(value) && isKind(value.kind) && Value.Check(kindOf(value as Verification).schema, value)

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
