import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import pg from 'pg'
import { testDatabase } from '#platform/testing.ts'

describe('the second wall between tenants', () => {
  let place: Awaited<ReturnType<typeof testDatabase>>
  let owner: pg.Client
  before(async () => {
    place = await testDatabase()
    owner = new pg.Client({ connectionString: place.url })
    await owner.connect()
  })
  after(async () => {
    await owner.end()
    await place.drop()
  })

  const names = async (text: string) => (await owner.query<{ name: string }>(text)).rows.map(({ name }) => name)

  it('stands around every table with a tenant, and binds its owner too', async () => {
    const open = await names(`
      select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)
        and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped)`)
    assert.deepEqual(open, [])
  })

  it('lets requests see rows of their tenant only, and what they write be theirs', async () => {
    const { rows } = await owner.query<{ name: string; qual: string; with_check: string }>(`
      select tablename as name, qual, with_check from pg_policies where 'cauce_app' = any(roles) and cmd = 'ALL'`)
    assert.ok(rows.length > 10)
    for (const { name, qual, with_check } of rows) {
      const rule =
        /^\(tenant = \( SELECT NULLIF\(current_setting\('cauce\.tenant'::text, true\), ''::text\) AS "nullif"\)\)$/
      assert.match(qual, rule, name)
      assert.match(with_check, rule, name)
    }
  })

  it('has no other door: what requests may touch has a tenant and a policy, or holds nothing of tenants', async () => {
    const open = await names(`
      select distinct c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p')
        and (has_table_privilege('cauce_app', c.oid, 'select') or has_any_column_privilege('cauce_app', c.oid, 'select')
          or has_table_privilege('cauce_app', c.oid, 'insert') or has_table_privilege('cauce_app', c.oid, 'update'))
        and not exists (select 1 from pg_policies p where p.tablename = c.relname and 'cauce_app' = any(p.roles))
      order by 1`)
    assert.deepEqual(open, ['change', 'consumer_cursor'])
  })

  it('is not walked around: views run as their reader, and the two roles own nothing and pass no policy', async () => {
    const views = await names(`
      select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind = 'v' and not coalesce(c.reloptions @> array['security_invoker=true'], false)`)
    assert.deepEqual(views, [])
    const roles = await names(`
      select rolname as name from pg_roles r where rolname in ('cauce_app', 'cauce_worker')
        and (rolsuper or rolbypassrls or rolcanlogin or exists (select 1 from pg_class c where c.relowner = r.oid))`)
    assert.deepEqual(roles, [])
    const functions = await names(`
      select p.proname as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'public' and p.prosecdef and has_function_privilege('cauce_app', p.oid, 'execute')`)
    assert.deepEqual(functions, [])
  })
})
