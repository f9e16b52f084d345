-- Two systems that tell of the same things: one leads and is published, the other follows and is only kept.
create table event_pair (
  tenant text not null,
  id text not null,
  -- The namespace of the ids of both.
  namespace text not null,
  leader text not null,
  -- How late one system may be after the other: what is published at a switch came within this.
  window_ms bigint not null,
  -- {to, since, after, published, startedAt, actor, traceparent} while a switch is under way.
  switching jsonb,
  -- {from, to, startedAt, endedAt, published, actor}
  last_switch jsonb,
  created_at timestamptz not null,
  primary key (tenant, id)
);
create table event_system (
  tenant text not null,
  pair text not null,
  name text not null,
  -- {keys, sources, brokerUsers, headers}: how its events are known.
  known_by jsonb not null,
  primary key (tenant, pair, name),
  foreign key (tenant, pair) references event_pair on delete cascade
);

-- What each system of a pair has sent, once for each event: for comparing the two.
create table event_sighting (
  tenant text not null,
  pair text not null,
  system text not null,
  key uuid not null,
  seen_at timestamptz not null,
  digest text not null,
  -- Tells our own rows after a lost COMMIT.
  batch uuid not null,
  primary key (tenant, pair, system, key)
);
-- The tenant in another collation, for the sake of plans that are kept: see event_quarantine.
create index event_sighting_at on event_sighting (tenant collate "C", pair, seen_at);

-- What a follower sent: in no log, seen by no consumer, until a switch publishes it.
create table event_held (
  tenant text not null,
  pair text not null,
  system text not null,
  key uuid not null,
  -- Drawn under the lock of append_events: its order is that of the commits.
  seq bigint not null generated always as identity,
  id text not null,
  type text collate "C" not null,
  subject text not null,
  seen_at timestamptz not null,
  published_at timestamptz,
  -- Bytes of its text.
  size int not null,
  -- As append_events takes it.
  event jsonb not null,
  primary key (tenant, pair, system, key)
);
create index event_held_seq on event_held (tenant collate "C", pair, system, seq);
create index event_held_at on event_held (tenant collate "POSIX", pair, system, seen_at);

/*
 * As append_events, for a batch that holds events of paired systems: rows with [17] pair, [18] system, [19] digest and
 * [20] when they were seen (ms). Those whose system does not lead are held: [[i, again], …], again when the same
 * system had sent the event before. Who leads is read under the lock of the log, so that a switch falls
 * between two batches, on whatever node.
 */
create function append_paired(batch jsonb, batch_id uuid, careful boolean) returns table (base bigint, known jsonb, held jsonb)
language plpgsql volatile
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
declare
  open_rows jsonb;
  held_rows jsonb;
  appended record;
  answers jsonb;
begin
  perform pg_advisory_xact_lock(7205002);
  select jsonb_agg(e) filter (where not away), jsonb_agg(e) filter (where away)
  into open_rows, held_rows
  from (
    select e, e->>17 is not null and coalesce((
      select p.leader <> e->>18 from event_pair p where p.tenant = e->>2 and p.id = e->>17), false) as away
    from jsonb_array_elements(batch) as e
    offset 0
  ) judged;
  select a.base, a.known into appended from append_events(coalesce(open_rows, '[]'), batch_id, careful) as a;
  -- A system that sends an event again is answered so, unless that was this very batch.
  -- (Scalar subqueries here and below: what may become a join may, by a plan of an empty table, walk a whole tenant.)
  select jsonb_agg(jsonb_build_array((e->>0)::int, coalesce((
    select s.batch <> batch_id from event_sighting s
    where s.tenant = e->>2 and s.pair = e->>17 and s.system = e->>18 and s.key = (e->>1)::uuid), false)))
  into answers
  from jsonb_array_elements(held_rows) as e;
  insert into event_sighting (tenant, pair, system, key, seen_at, digest, batch)
  select e->>2, e->>17, e->>18, (e->>1)::uuid, to_timestamp((e->>20)::double precision / 1000), e->>19, batch_id
  from jsonb_array_elements(batch) as e
  where e->>17 is not null
  on conflict do nothing;
  if held_rows is not null then
    insert into event_held (tenant, pair, system, key, id, type, subject, seen_at, size, event)
    select e->>2, e->>17, e->>18, (e->>1)::uuid, e->>3, e->>5, e->>6, to_timestamp((e->>20)::double precision / 1000),
      octet_length(e->>16), e
    from jsonb_array_elements(held_rows) with ordinality as r (e, n)
    order by n
    on conflict do nothing;
  end if;
  return query select appended.base, appended.known, answers;
end $$;
grant execute on function append_paired(jsonb, uuid, boolean) to cauce_app, cauce_worker;

/*
 * One step of a switch: publishes what the system that is to lead has sent and nobody published, in the order in which
 * it came, from one place in that order on and of those seen at or after a time. When nothing is left the system
 * leads, in the same commit.
 */
create function switch_step(of_tenant text, of_pair text, to_system text, after_seq bigint, since timestamptz,
  most int, most_bytes bigint, received double precision, wall timestamptz, batch_id uuid)
returns table (last_seq bigint, published int, done boolean)
language plpgsql volatile
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
declare
  reached bigint;
  fresh jsonb;
  keys uuid[];
  over boolean;
begin
  perform pg_advisory_xact_lock(7205002);
  with next as (
    select * from (
      select f.*, sum(f.size) over (order by f.seq) - f.size as before from (
        select h.seq, h.key, h.seen_at, h.size, h.event from event_held h
        where h.tenant collate "C" = of_tenant and h.pair = of_pair and h.system = to_system and h.seq > after_seq
        order by h.seq limit most) f) sized
    where before < most_bytes
  ), free as (
    select n.seq, n.event from next n
    where n.seen_at >= since
      and (select k.position from event_key k where k.tenant = of_tenant and k.key = n.key) is null
  ), numbered as (
    select row_number() over (order by seq) - 1 as i, event from free
  )
  select coalesce((select max(seq) from next), after_seq),
    (select jsonb_agg(jsonb_set(jsonb_set(event, '{0}', to_jsonb(i)), '{10}', to_jsonb(received)) order by i) from numbered),
    array(select (event->>1)::uuid from free)
  into reached, fresh, keys;
  if fresh is not null then
    perform append_events(fresh, batch_id, false);
    -- By a list of keys: a join would be free to walk all that is held for each of them.
    update event_held h set published_at = wall
    where h.tenant = of_tenant and h.pair = of_pair and h.system = to_system and h.key = any(keys);
  end if;
  select not exists (
    select 1 from event_held h
    where h.tenant collate "C" = of_tenant and h.pair = of_pair and h.system = to_system and h.seq > reached)
  into over;
  if over then
    update event_pair p set leader = to_system where p.tenant = of_tenant and p.id = of_pair;
  end if;
  return query select reached, coalesce(jsonb_array_length(fresh), 0), over;
end $$;
grant execute on function switch_step(text, text, text, bigint, timestamptz, int, bigint, double precision, timestamptz, uuid) to cauce_worker;

do $$
declare wanted text;
begin
  foreach wanted in array array['event_pair', 'event_system', 'event_sighting', 'event_held'] loop
    execute format('alter table %I enable row level security', wanted);
    execute format('alter table %I force row level security', wanted);
    execute format('create policy %I on %I to cauce_app using (tenant = (select nullif(current_setting(''cauce.tenant'', true), ''''))) with check (tenant = (select nullif(current_setting(''cauce.tenant'', true), '''')))', wanted || '_app', wanted);
    execute format('create policy %I on %I to cauce_worker using (true) with check (true)', wanted || '_worker', wanted);
  end loop;
end $$;
grant select, insert, update, delete on event_pair, event_system, event_sighting, event_held to cauce_app, cauce_worker;
