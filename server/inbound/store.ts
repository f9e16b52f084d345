import { type Found, readPage } from '#platform/bounded-page.ts'
import { momentOf } from '#platform/sql.ts'
import type { Db, Tx } from '#platform/work.ts'
import type { Endpoint } from './endpoint.ts'
import type { Mapping } from './mapping/mapping.ts'
import type { Verification } from './verification/kinds.ts'

type Row = {
  tenant: string
  id: string
  name: string
  enabled: boolean
  address: string | null
  verification: Verification
  event: Mapping | null
  headers: string[]
  networks: string[]
  revision: number
  created_at: Date
  updated_at: Date
}

const COLUMNS = `tenant, id, name, enabled, address, verification, event, headers, networks, revision, created_at, updated_at`

const endpointOf = ({ created_at, updated_at, ...row }: Row): Endpoint => ({
  ...row,
  createdAt: created_at.getTime(),
  updatedAt: updated_at.getTime(),
})

/** A secret to be stored: sealed for its tenant and name. */
export type SealedSecret = { id: string; sealed: Buffer }

/** @returns false when there is one of that id */
export async function insertEndpoint(
  tx: Tx,
  endpoint: Endpoint,
  addressHash: Buffer,
  secret: SealedSecret | null,
): Promise<boolean> {
  const { tenant, id, name, enabled, address, verification, event, headers, networks, createdAt } = endpoint
  const made = await tx.query(
    `insert into inbound_endpoint (${COLUMNS}, address_hash)
     values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $9, 1, ${momentOf('$10')}, ${momentOf('$10')}, $11)
     on conflict (tenant, id) do nothing returning 1`,
    [
      tenant,
      id,
      name,
      enabled,
      address,
      JSON.stringify(verification),
      event === null ? null : JSON.stringify(event),
      headers,
      networks,
      createdAt,
      addressHash,
    ],
  )
  if (made.length === 0) return false
  if (secret !== null) insertSecret(tx, tenant, id, secret, createdAt)
  return true
}

function insertSecret(tx: Tx, tenant: string, endpoint: string, { id, sealed }: SealedSecret, at: number): void {
  void tx.query(
    `insert into inbound_secret (tenant, endpoint, id, sealed, created_at) values ($1, $2, $3, $4, ${momentOf('$5')})`,
    [tenant, endpoint, id, sealed, at],
  )
}

/** Whoever waits for the same endpoint goes on after this transaction. */
export async function findEndpoint(db: Db, tenant: string, id: string, lock = false): Promise<Endpoint | undefined> {
  const [row] = await db.query<Row>(
    `select ${COLUMNS} from inbound_endpoint where tenant = $1 and id = $2${lock ? ' for update' : ''}`,
    [tenant, id],
  )
  return row && endpointOf(row)
}

/** In the order in which they were made. Index: inbound_endpoint_created. */
export async function listEndpoints(
  db: Db,
  tenant: string,
  after: { createdAt: string; id: string } | undefined,
  limit: number,
): Promise<Found<Endpoint>> {
  const { rows, more } = await readPage<Row>(
    db,
    `select ${COLUMNS} from inbound_endpoint where tenant = $1
     and ($2::text is null or (created_at, id) > ($2::timestamptz, $3)) order by created_at, id`,
    [tenant, after?.createdAt ?? null, after?.id ?? null],
    limit,
  )
  return { rows: rows.map(endpointOf), more }
}

export async function countEndpoints(db: Db, tenant: string): Promise<number> {
  const [row] = await db.query<{ n: number }>('select count(*)::int as n from inbound_endpoint where tenant = $1', [
    tenant,
  ])
  return row?.n ?? 0
}

/** The revision moves when the event is made otherwise than before. */
export async function updateEndpoint(tx: Tx, endpoint: Endpoint): Promise<void> {
  const { tenant, id, name, enabled, verification, event, headers, networks, revision, updatedAt } = endpoint
  await tx.query(
    `update inbound_endpoint set name = $3, enabled = $4, verification = $5::jsonb, event = $6::jsonb, headers = $7,
       networks = $8, revision = $9, updated_at = ${momentOf('$10')}
     where tenant = $1 and id = $2`,
    [
      tenant,
      id,
      name,
      enabled,
      JSON.stringify(verification),
      event === null ? null : JSON.stringify(event),
      headers,
      networks,
      revision,
      updatedAt,
    ],
  )
}

/** @returns false when there is none */
export async function deleteEndpoint(tx: Tx, tenant: string, id: string): Promise<boolean> {
  return (
    (await tx.query('delete from inbound_endpoint where tenant = $1 and id = $2 returning 1', [tenant, id])).length ===
    1
  )
}

/** Another address for one whose address is its secret; the one before ends. */
export async function changeAddress(tx: Tx, tenant: string, id: string, addressHash: Buffer): Promise<void> {
  await tx.query('update inbound_endpoint set address_hash = $3 where tenant = $1 and id = $2', [
    tenant,
    id,
    addressHash,
  ])
}

/**
 * Gives an endpoint a new secret; the others end `overlapMs` later at the latest. One that is there already is left alone,
 * so that a repeat changes nothing. The endpoint is locked.
 * @returns when the others end (wall ms)
 */
export async function rotateSecret(
  tx: Tx,
  { tenant, id }: { tenant: string; id: string },
  fresh: SealedSecret,
  wall: number,
  overlapMs: number,
): Promise<number> {
  const [known] = await tx.query<{ created_at: Date }>(
    'select created_at from inbound_secret where tenant = $1 and endpoint = $2 and id = $3',
    [tenant, id, fresh.id],
  )
  if (known !== undefined) return known.created_at.getTime() + overlapMs
  const until = wall + overlapMs
  void tx.query('delete from inbound_secret where tenant = $1 and endpoint = $2 and valid_until <= $3', [
    tenant,
    id,
    new Date(wall),
  ])
  void tx.query(
    `update inbound_secret set valid_until = $3
     where tenant = $1 and endpoint = $2 and (valid_until is null or valid_until > $3)`,
    [tenant, id, new Date(until)],
  )
  insertSecret(tx, tenant, id, fresh, wall)
  return until
}

export type StoredSecret = { id: string; sealed: Buffer }

const SECRETS = `coalesce((
  select jsonb_agg(jsonb_build_object('id', k.id, 'sealed', encode(k.sealed, 'base64')) order by k.created_at desc)
  from inbound_secret k where k.tenant = inbound_endpoint.tenant and k.endpoint = inbound_endpoint.id
    and (k.valid_until is null or k.valid_until > ${momentOf('$1')})), '[]') as secrets`

/** An endpoint with the secrets that are valid. */
export type OpenEndpoint = { endpoint: Endpoint; secrets: readonly StoredSecret[] }

type WithSecrets = Row & { secrets: { id: string; sealed: string }[] }

const openEndpointOf = ({ secrets, ...row }: WithSecrets): OpenEndpoint => ({
  endpoint: endpointOf(row),
  secrets: secrets.map(({ id, sealed }) => ({ id, sealed: Buffer.from(sealed, 'base64') })),
})

/**
 * Whoever's endpoints some addresses are, with the secrets that are valid at this wall time. Read as worker.
 * @returns by the hash in hex
 */
export async function endpointsAt(
  db: Db,
  hashes: readonly Buffer[],
  wall: number,
): Promise<ReadonlyMap<string, OpenEndpoint>> {
  const rows = await db.query<WithSecrets & { hash: string }>(
    `select ${COLUMNS}, ${SECRETS}, encode(address_hash, 'hex') as hash from inbound_endpoint
     where address_hash = any($2::bytea[])`,
    [wall, hashes],
  )
  return new Map(rows.map(({ hash, ...row }) => [hash, openEndpointOf(row)]))
}

/** One endpoint. Read as worker. */
export async function endpointWithSecrets(
  db: Db,
  tenant: string,
  id: string,
  wall: number,
): Promise<OpenEndpoint | undefined> {
  const [row] = await db.query<WithSecrets>(
    `select ${COLUMNS}, ${SECRETS} from inbound_endpoint where tenant = $2 and id = $3`,
    [wall, tenant, id],
  )
  return row && openEndpointOf(row)
}
