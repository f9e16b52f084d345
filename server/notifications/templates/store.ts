import { type Found, readPage } from '#platform/bounded-page.ts'
import type { Db, Tx } from '#platform/work.ts'
import type { ChannelName } from '../request.ts'
import type { TemplateTexts, TemplateVersion } from './template.ts'

type Row = {
  tenant: string
  key: string
  channel: ChannelName
  locale: string
  version: number
  title: string | null
  body: string
  html: string | null
}

const COLUMNS = 't.tenant, t.key, t.channel, t.locale, t.version, t.title, t.body, t.html'

const versionOf = ({ title, html, ...row }: Row): TemplateVersion & { tenant: string } => ({
  ...row,
  ...(title === null ? {} : { title }),
  ...(html === null ? {} : { html }),
})

/** The newest version of each channel and language of the templates asked for. */
export async function newestTemplates(
  db: Db,
  wanted: readonly { tenant: string; key: string }[],
): Promise<(TemplateVersion & { tenant: string })[]> {
  const rows = await db.query<Row>(
    `select distinct on (t.tenant, t.key, t.channel, t.locale) ${COLUMNS}
    from jsonb_to_recordset($1::jsonb) as wanted (tenant text, key text)
    join notification_template t on t.tenant = wanted.tenant and t.key = wanted.key
    where wanted.tenant || '' = wanted.tenant
    order by t.tenant, t.key, t.channel, t.locale, t.version desc`,
    [JSON.stringify(wanted)],
  )
  return rows.map(versionOf)
}

/** Which channels and languages each of a tenant's own templates has, and the newest version of each. */
export function templateChannels(
  db: Db,
  tenant: string,
): Promise<{ key: string; channel: ChannelName; locale: string; version: number }[]> {
  return db.query(
    `select key, channel, locale, max(version) as version from notification_template
    where tenant = $1 group by key, channel, locale order by key, channel, locale`,
    [tenant],
  )
}

export type TemplateAddress = { tenant: string; key: string; channel: ChannelName; locale: string }

/** Versions of one channel and language, newest first. */
export async function templateVersions(
  db: Db,
  at: TemplateAddress,
  page: { before?: number | undefined; limit: number },
): Promise<Found<TemplateVersion & { createdAt: string; createdBy: string }>> {
  const { rows, more } = await readPage<Row & { created_at: Date; created_by: string }>(
    db,
    `select ${COLUMNS}, t.created_at, t.created_by from notification_template t
    where t.tenant = $1 and t.key = $2 and t.channel = $3 and t.locale = $4 and ($5::integer is null or t.version < $5)
    order by t.version desc`,
    [at.tenant, at.key, at.channel, at.locale, page.before ?? null],
    page.limit,
  )
  const shown = rows.map(({ created_at, created_by, ...row }) => ({
    ...versionOf(row),
    createdAt: created_at.toISOString(),
    createdBy: created_by,
  }))
  return { rows: shown, more }
}

export const newestVersion = async (db: Db, at: TemplateAddress): Promise<TemplateVersion | undefined> =>
  (await templateVersions(db, at, { limit: 1 })).rows[0]

/**
 * Adds the next version. Writers of one template take turns; the same texts as the newest version add none.
 * @param known throws when the newest version (0: none) is not the one that the writer saw
 * @returns the version that now stands
 */
export async function addTemplateVersion(
  tx: Tx,
  at: TemplateAddress,
  texts: TemplateTexts,
  by: { actor: string; now: number; known: (newest: number) => void },
): Promise<number> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
    JSON.stringify(['notification_template', at.tenant, at.key, at.channel, at.locale]),
  ])
  const newest = await newestVersion(tx, at)
  const { title, body, html } = texts
  if (newest !== undefined && newest.title === title && newest.body === body && newest.html === html) {
    return newest.version
  }
  by.known(newest?.version ?? 0)
  const version = (newest?.version ?? 0) + 1
  await tx.query(
    `insert into notification_template (tenant, key, channel, locale, version, title, body, html, created_at, created_by)
    values ($1, $2, $3, $4, $5, $6, $7, $8, to_timestamp($9::double precision / 1000), $10)`,
    [at.tenant, at.key, at.channel, at.locale, version, title ?? null, body, html ?? null, by.now, by.actor],
  )
  return version
}
