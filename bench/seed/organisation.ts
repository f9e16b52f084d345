import type pg from 'pg'
import { type Models, QUEUES } from '../admin/models.ts'
import { numberOf } from '../program/database.ts'
import { cloneRow } from './clone.ts'
import { NAMES, SAID } from './words.ts'

/** How much there is, and over how many days. */
export type Size = { conversations: number; people: number; days: number }

const EVENTS_EACH = 10
const MESSAGES_EACH = 6
/** Of ten conversations so many fall silent. */
const SILENT = 6
/** Types of what happens in a conversation, in order; two are what other systems tell meanwhile. */
const LIFE = [
  'encounter.created',
  'encounter.message_received',
  'encounter.message_sent',
  'appointment.confirmed',
  'payment.received',
  'encounter.tmipw_expired',
  'encounter.link_followed',
  'encounter.resumed',
  'encounter.message_received',
  'encounter.closed',
]
/** The event that a silence is noticed by, counted from 1. */
const NOTICED = 6

const uuid = (prefix: string, n: string) => `md5('${prefix}' || (${n}))::uuid`
const pick = (of: readonly string[], n: string) =>
  `(array[${of.map((one) => `'${one.replaceAll("'", "''")}'`).join(',')}])[1 + (${n}) % ${of.length}]`
const conversation = (c: string) => `'conv-' || lpad((${c})::text, 8, '0')`
const queue = (c: string) => `'cola-' || (1 + (${c}) % ${QUEUES})`
const CHANNELS = ['webchat', 'webchat', 'webchat', 'whatsapp', 'whatsapp', 'app']
const channel = (c: string) => `case when (${c}) % 1000 = 7 then 'sms' else ${pick(CHANNELS, c)} end`

/** What the rows of all tables have in common: SQL over the number of a conversation or of a silence. */
function worldOf(size: Size, head: number) {
  const { conversations, people, days } = size
  const spanS = days * 86_400
  const now = `to_timestamp(${Date.now() / 1000})`
  /** The last one began a minute ago. */
  const opened = (c: string) =>
    `(${now} - interval '1 minute' - (1 - (${c})::float8 / ${conversations}) * ${spanS} * interval '1 second')`
  const silent = `((n - 1) / ${SILENT} * 10 + (n - 1) % ${SILENT} + 1)`
  return {
    ...size,
    head,
    now,
    silences: Math.floor(conversations / 10) * SILENT,
    opened,
    person: (c: string) => `'persona-' || lpad((1 + (${c}) * 7919 % ${people})::text, 8, '0')`,
    /** The last fiftieth is still under way. */
    isRecent: (c: string) => `(${c}) > ${Math.floor(conversations * 0.98)}`,
    /** The conversation of a silence. */
    silent,
    noticed: `${opened(silent)} + interval '1 day'`,
    isBack: `${silent} % 3 = 0`,
    position: (c: string, k: number) => `${head} + ((${c}) - 1) * ${EVENTS_EACH} + ${k}`,
  }
}
type World = ReturnType<typeof worldOf>

/**
 * An organisation that has worked for months: its rows are copies of the models, varied by their number. The program must not
 * run, and its log must hold the models only.
 */
export async function seedOrganisation(
  db: pg.Client,
  models: Models,
  size: Size,
  say: (line: string) => void,
): Promise<void> {
  const world = worldOf(size, await numberOf(db, 'select last_value from event_position'))
  say(`making ${size.people.toLocaleString('en')} people and ${size.conversations.toLocaleString('en')} conversations`)
  await people(db, models, world)
  await conversations(db, models, world)
  say(`making ${(size.conversations * EVENTS_EACH).toLocaleString('en')} events`)
  await log(db, world)
  say(`making ${world.silences.toLocaleString('en')} silences with their runs, and what was sent`)
  await silences(db, models, world)
  await runs(db, models, world)
  await notifications(db, models, world)
  await deliveries(db, models, world)
  await rest(db, world)
  await db.query('vacuum analyze')
}

const people = (db: pg.Client, models: Models, { people }: World) =>
  cloneRow(db, 'contact', `contact_id = 'persona-${models.done}'`, people, {
    contact_id: `'persona-' || lpad(n::text, 8, '0')`,
    // One of a name that nobody else has.
    name: `case when n = ${people - 5} then 'Ximena Errázuriz'
      else ${pick(NAMES.first, 'n')} || ' ' || ${pick(NAMES.last, 'n / 40')} || ' ' || ${pick(NAMES.last, 'n / 7')} end`,
    addresses: `jsonb_build_object('push', 'device-' || md5(n::text), 'email', 'p' || n || '@example.com')`,
  })

async function conversations(db: pg.Client, models: Models, world: World): Promise<void> {
  const { opened, isRecent, person } = world
  const isOpen = `(${isRecent('n')} or n % 500 = 0)`
  const isWarned = `(${isRecent('n')} and n % 20 = 0)`
  const others = [...models.users.slice(0, 3), 'agente-7', 'agente-8', 'agente-9']
  await cloneRow(db, 'encounter', `encounter_id = '${models.done}'`, world.conversations, {
    encounter_id: conversation('n'),
    queue_id: queue('n'),
    contact_id: person('n'),
    channel: channel('n'),
    status: `case when ${isWarned} then 'warned' when ${isOpen} then 'open' else 'closed' end`,
    handling: `case when n % 2000 = 500 then 'snoozed' when n % 3 = 0 then 'bot' when n % 17 = 0 then 'queued' else 'assigned' end`,
    assignee: `case when n % 3 > 0 and n % 17 > 0 then jsonb_build_object('team', 'equipo-' || n % 5,
      'user', case when n % 700 = 1 then '${models.users[3]}' else ${pick(others, 'n')} end) end`,
    opened_at: opened('n'),
    clock_from: opened('n'),
    last_patient_at: `${opened('n')} + interval '15 minutes'`,
    awaiting_since: 'null',
    warned_at: `case when ${isWarned} then ${opened('n')} + interval '1 day' end`,
    closed_at: `case when not ${isOpen} then ${opened('n')} + interval '2 days' end`,
    message_count: String(MESSAGES_EACH),
    armed_at: 'null',
  })
  const c = `((n - 1) / ${MESSAGES_EACH} + 1)`
  await cloneRow(db, 'message', `encounter_id = '${models.done}'`, world.conversations * MESSAGES_EACH, {
    encounter_id: conversation(c),
    seq: `(n - 1) % ${MESSAGES_EACH} + 1`,
    message_id: uuid('message', 'n'),
    author: `case when n % 2 = 1 then 'patient' when n % 6 = 0 then 'bot' else 'agent' end`,
    text: `${pick(SAID, 'n * 31 / 7')} || ' (' || n % 977 || ')'`,
    created_at: `${opened(c)} + (n - 1) % ${MESSAGES_EACH} * interval '3 minutes'`,
  })
}

async function log(db: pg.Client, world: World): Promise<void> {
  const { head, opened } = world
  for (const [k, type] of LIFE.entries()) {
    const model = await numberOf(
      db,
      `select min(position) from event_log where tenant = 'default' and type = '${type}'`,
    )
    const position = world.position('n', k + 1)
    const isOurs = type.startsWith('encounter.')
    const subject = isOurs ? conversation('n') : `model.subject || '-' || n`
    const at = `${opened('n')} + ${k} * interval '2 minutes'`
    await cloneRow(db, 'event_log', `position = ${model}`, world.conversations, {
      position,
      id: `'seed-' || (${position})`,
      subject,
      shard: 'n % 16',
      encounter_id: isOurs ? conversation('n') : 'null',
      raw: `replace(replace(model.raw, model.subject, ${subject}), model.id, 'seed-' || (${position}))`,
      cause: 'null',
      occurred_at: at,
      received_at: at,
    })
  }
  // The keys as `eventKey` makes them.
  await db.query(
    `insert into event_key (tenant, key, position, batch)
     select tenant, encode(substring(sha256(convert_to(source || E'\\n' || id, 'UTF8')) from 1 for 16), 'hex')::uuid, position,
       '00000000-0000-4000-8000-000000000000' from event_log where position > ${head}`,
  )
  await db.query(`select setval('event_position', ${head + world.conversations * EVENTS_EACH})`)
  await db.query('update consumer_cursor set position = (select last_value from event_position)')
  await db.query(
    `insert into event_exception (consumer, tenant, position, event_id, subject, shard, status, attempts, error, at)
     select 'reader ' || n % 4, e.tenant, e.position, e.id, e.subject, e.shard, 'failed', 5, 'cannot be read', e.received_at
     from generate_series(1, 60) n join event_log e on e.position = ${head} + n * 97`,
  )
}

function silences(db: pg.Client, models: Models, world: World): Promise<void> {
  const { silent: c, noticed, isBack, isRecent } = world
  return cloneRow(db, 'recovery', `encounter_id = '${models.done}'`, world.silences, {
    encounter_id: conversation(c),
    silence: `'silence-' || n`,
    position: world.position(c, NOTICED),
    queue_id: queue(c),
    // Of its queue.
    brand: `'marca-' || (1 + (1 + ${c} % ${QUEUES}) % 3)`,
    service: `'servicio-' || (1 + (1 + ${c} % ${QUEUES}) % 4)`,
    channel: channel(c),
    run_id: uuid('run', c),
    detected_at: noticed,
    warned_at: noticed,
    delivered_at: `case when n % 10 > 0 then ${noticed} + interval '2 seconds' end`,
    followed_at: `case when n % 2 = 0 then ${noticed} + n % 300 * interval '1 minute' end`,
    recovered_at: `case when ${isBack} then ${noticed} + n * 7919 % 86400 * interval '1 second' end`,
    closed_at: `case when not ${isBack} and not ${isRecent(c)} then ${noticed} + interval '12 hours' end`,
  })
}

async function runs(db: pg.Client, models: Models, world: World): Promise<void> {
  const { silent: c, noticed, isBack } = world
  const run = {
    id: uuid('run', c),
    key: conversation(c),
    subject: conversation(c),
    event_id: `'seed-' || (${world.position(c, NOTICED)})`,
    event_position: world.position(c, NOTICED),
    started_at: noticed,
  }
  const over = Math.floor(world.silences * 0.98)
  await cloneRow(db, 'flow_run', `subject = '${models.done}'`, over, {
    ...run,
    ended_at: `${noticed} + interval '12 hours'`,
    status: `case when n % 1500 = 3 then 'failed' when n % 13 = 0 then 'cancelled' else 'completed' end`,
    outcome: `case when n % 1500 = 3 or n % 13 = 0 then null when ${isBack} then 'recovered' else 'closed' end`,
  })
  const later = Object.entries(run).map(([name, sql]) => [name, sql.replaceAll(/\bn\b/g, `(n + ${over})`)])
  await cloneRow(db, 'flow_run', `subject = '${models.waiting}'`, world.silences - over, Object.fromEntries(later))
  await cloneRow(db, 'flow_split', `encounter_id = '${models.done}'`, world.silences, {
    run_id: uuid('run', c),
    arm: `case when n % 10 = 0 then 'holdout' else 'nudge' end`,
    holdout: 'n % 10 = 0',
    unit: world.person(c),
    contact_id: world.person(c),
    encounter_id: conversation(c),
    key: conversation(c),
    at: noticed,
    until: `${noticed} + interval '3 days'`,
    goal_at: `case when ${isBack} then ${noticed} + n * 7919 % 86400 * interval '1 second' end`,
  })
}

function notifications(db: pg.Client, models: Models, world: World): Promise<void> {
  const asked = `least(${world.opened('n')} + interval '1 day', ${world.now})`
  const model = `cause = 'run:' || (select id from flow_run where subject = '${models.done}')`
  return cloneRow(db, 'notification', model, world.conversations, {
    id: uuid('note', 'n'),
    user_id: world.person('n'),
    // Nobody is sent e-mail.
    channel: `case when n % 4 = 0 then 'inbox' else 'push' end`,
    status: `case when n % 200 = 5 then 'failed' when n % 50 = 6 then 'suppressed' when n % 110 = 8 then 'cancelled'
      when n > ${world.conversations - 40} then 'held' when n % 20000 = 3 then 'queued' else 'sent' end`,
    template: pick(['come-back', 'come-back', 'cita', 'encuesta'], 'n'),
    category: pick(['seguimiento', 'citas'], 'n'),
    cause: `'run:' || ${uuid('run', 'n')}`,
    dedupe_key: 'null',
    created_at: asked,
    updated_at: asked,
    in_inbox: 'n % 4 = 0',
    read_at: `case when n % 8 = 0 then ${asked} + interval '1 hour' end`,
  })
}

async function deliveries(db: pg.Client, models: Models, world: World): Promise<void> {
  const { now, opened } = world
  await db.query(
    `select delivery_days((${now} - interval '${world.days + 1} days')::date, ${world.days + 2}, ${world.days + 30})`,
  )
  const c = '((n + 1) / 2)'
  const left = `least(${opened(c)} + n % 2 * interval '20 minutes', ${now})`
  const told = `'seed-' || (${world.position(c, 2)})`
  await cloneRow(db, 'delivery_attempt', `ended = 'delivered' and channel = 'webhook'`, world.conversations * 2, {
    delivery_id: uuid('hook', 'n'),
    target: `'subscription:' || ${pick(models.subscriptions, 'n')}`,
    event_id: told,
    cause: told,
    at: left,
    created_at: left,
    ended: `case when n % 400 = 9 then 'failed' when n % 3000 = 11 then 'cancelled' else 'delivered' end`,
    verdict: `case when n % 400 = 9 then 'retry' when n % 3000 = 11 then 'cancelled' else 'delivered' end`,
    status: 'case when n % 400 = 9 then 503 else 200 end',
  })
  const pushed = `least(${opened('n')} + interval '1 day', ${now})`
  await cloneRow(db, 'delivery_attempt', `ended = 'delivered' and channel = 'push'`, world.conversations, {
    delivery_id: uuid('push', 'n'),
    cause: `'run:' || ${uuid('run', 'n')}`,
    at: pushed,
    created_at: pushed,
  })
  await db.query(
    `insert into delivery (tenant, id, channel, target, due_at, since, created_at, attempts, notify)
     select tenant, ${uuid('on-its-way', 'id')}, 'push', 'push:away', ${now} + interval '9 days', ${now}, ${now}, 3,
       jsonb_build_object('kind', 'notification.outcome', 'key', id || ':push') from notification where status = 'queued'`,
  )
  await db.query(
    `insert into delivery (tenant, id, channel, target, due_at, since, created_at, attempts, event_id, cause)
     select 'default', ${uuid('live', 'n')}, 'webhook', 'subscription:${models.subscriptions[0]}', ${now} + interval '9 days',
       ${now}, ${now}, 3, 'seed-' || n, 'seed-' || n from generate_series(1, 300) n`,
  )
}

async function rest(db: pg.Client, { now, opened, conversations }: World): Promise<void> {
  await cloneRow(db, 'timer', `id = 'model'`, 3_000, {
    id: `'recordar-' || n`,
    status: `case when n % 3 = 0 then 'scheduled' else 'fired' end`,
    due_at: `${now} + (n % 3 * -20 + 30) * interval '1 day' + n * interval '1 minute'`,
  })
  await cloneRow(db, 'audit', `tenant = 'default' and action = 'user.created'`, 20_000, {
    id: `model.id || '-' || n`,
    at: opened(`n * ${conversations / 20_000}`),
    action: pick(['encounter.close', 'encounter.assign', 'flow.publish', 'queue.save'], 'n'),
  })
}
