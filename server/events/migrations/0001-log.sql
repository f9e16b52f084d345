-- The log: what happened, in the order in which it was committed.
create table event_log (
  position bigint not null,
  tenant text not null,
  id text not null,
  source text not null,
  -- Ranges of it are ranges of its words, whatever the language of the database.
  type text collate "C" not null,
  subject text not null,
  shard smallint not null,
  form text not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  encounter_id text,
  traceparent text,
  cause text,
  hops smallint not null,
  origin text not null,
  -- The text as it came: jsonb reorders keys and JavaScript rounds integers over 2^53.
  raw text not null,
  primary key (position)
) partition by range (position);
create index event_log_subject on event_log (tenant, subject, position);
create index event_log_type on event_log (tenant, type, position);
create index event_log_encounter on event_log (tenant, encounter_id, position) where encounter_id is distinct from subject;
-- Events that were received much later or earlier than they occurred: a range of time is else a range of positions.
create index event_log_away on event_log (tenant, occurred_at)
  where received_at - occurred_at > interval '1 hour' or received_at - occurred_at < interval '-1 hour';
create index event_log_cause on event_log (tenant, cause) where cause is not null;

-- Identity: 128 bits of SHA-256 over source and id; a UUIDv7's time stands in front. `batch` tells our own rows after a lost COMMIT.
create table event_key (
  tenant text not null,
  key uuid not null,
  position bigint not null,
  batch uuid not null,
  primary key (tenant, key)
);

-- The sources seen, so that an event is found by its id alone.
create table event_source (
  tenant text not null,
  source text not null,
  primary key (tenant, source)
);

-- The position drawn last. It moves only under the lock of append_events.
create sequence event_position;

-- Partitions are made ahead of the head by the program; each holds this many positions.
create function ensure_event_partitions(size bigint, ahead int) returns int language plpgsql security definer
set search_path = public, pg_temp as $$
declare
  head bigint;
  from_position bigint;
  part text;
  made int := 0;
begin
  perform pg_advisory_xact_lock(7205003);
  select last_value into head from event_position;
  for n in 0 .. ahead loop
    from_position := (head / size + n) * size;
    part := 'event_log_' || (from_position / size);
    if to_regclass(part) is null then
      execute format('create table %I (like event_log including defaults)', part);
      execute format('alter table %I enable row level security', part);
      execute format('alter table %I force row level security', part);
      -- Attaching takes no lock that stops readers or writers of the other partitions.
      execute format('alter table event_log attach partition %I for values from (%s) to (%s)', part, from_position, from_position + size);
      made := made + 1;
    end if;
  end loop;
  return made;
end $$;
revoke execute on function ensure_event_partitions(bigint, int) from public;
grant execute on function ensure_event_partitions(bigint, int) to cauce_worker;
select ensure_event_partitions(4000000, 1);

/*
 * Appends a batch and gives back the position before it and what was known already:
 * [[i, position, ours], …]. The keys of a batch are distinct, and i counts its rows from 0: the event i takes the
 * position base + 1 + i; those of known events are left out.
 *
 * The lock is a statement of its own, so that the next one has a snapshot in which every earlier commit is
 * visible; it is held until the commit is: hence position order is commit order.
 *
 * Nearly always all is new, and writing the key into its index tells so: looking it up before would search the index
 * twice. Only where a key is known already, or `careful` says that some may well be, each is looked up.
 */
create function append_events(batch jsonb, batch_id uuid, careful boolean) returns table (base bigint, known jsonb)
language plpgsql volatile
-- Plans are kept (one made for each call would cost more than a small batch); a plan made while the tables were empty
-- must not scan them when they are full.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan as $$
declare
  before bigint;
  newest bigint;
  repeats jsonb;
begin
  perform pg_advisory_xact_lock(7205002);
  select last_value into before from event_position;
  loop
    begin
      with input as materialized (
        select r.*, k.position as known_position, k.batch as known_batch
        from (
          select (e->>0)::int as i, (e->>1)::uuid as k, e->>2 as tenant, e->>3 as id, e->>4 as source, e->>5 as type,
            e->>6 as subject, (e->>7)::smallint as shard, e->>8 as form, (e->>9)::double precision as occurred,
            (e->>10)::double precision as received, e->>11 as encounter, e->>12 as trace, e->>13 as cause,
            (e->>14)::smallint as hops, e->>15 as origin, e->>16 as raw
          from jsonb_array_elements(batch) as e
          offset 0
        ) r
        left join lateral (
          select position, key_of.batch from event_key key_of
          where careful and key_of.tenant = r.tenant and key_of.key = r.k
          offset 0) k on true
      ), placed as (
        select *, before + 1 + i as position from input where known_position is null
      ), keyed as (
        insert into event_key (tenant, key, position, batch) select tenant, k, position, batch_id from placed
      ), logged as (
        insert into event_log (position, tenant, id, source, type, subject, shard, form, occurred_at, received_at,
          encounter_id, traceparent, cause, hops, origin, raw)
        select position, tenant, id, source, type, subject, shard, form, to_timestamp(occurred / 1000),
          to_timestamp(received / 1000), encounter, trace, cause, hops, origin, raw
        from placed
        returning position
      )
      select (select max(position) from logged),
        (select jsonb_agg(jsonb_build_array(i, known_position, known_batch = batch_id)) from input where known_position is not null)
      into newest, repeats;
      exit;
    exception when unique_violation then
      if careful then raise; end if;
      careful := true;
    end;
  end loop;
  if newest is not null then
    perform setval('event_position', newest);
  end if;
  return query select before, repeats;
end $$;
grant execute on function append_events(jsonb, uuid, boolean) to cauce_app, cauce_worker;

-- Where each consumer stands, shard by shard.
create table consumer_cursor (
  consumer text not null,
  shard smallint not null,
  position bigint not null,
  required boolean not null,
  moved_at timestamptz not null,
  primary key (consumer, shard)
) with (fillfactor = 50);

-- Events that a consumer could not handle, and those of the same subject that wait behind them.
create table event_exception (
  consumer text not null,
  tenant text not null,
  position bigint not null,
  event_id text not null,
  subject text not null,
  shard smallint not null,
  status text not null check (status in ('retrying', 'waiting', 'failed')),
  attempts smallint not null,
  error text,
  at timestamptz not null,
  primary key (tenant, position, consumer)
);
create index event_exception_subject on event_exception (tenant, consumer, subject, position);
create index event_exception_shard on event_exception (consumer, shard) where status <> 'failed';

-- Nodes that run, and which of them holds each shard. The fence grows with every change of hands.
create table node (
  id text primary key,
  seen_at timestamptz not null
);
create table shard_lease (
  shard smallint primary key,
  node text,
  fence bigint not null,
  until timestamptz not null
);
insert into shard_lease select shard, null, 0, to_timestamp(0) from generate_series(0, 15) as shard;

do $$
declare wanted text;
begin
  foreach wanted in array array['event_log', 'event_key', 'event_source', 'event_exception'] loop
    execute format('alter table %I enable row level security', wanted);
    execute format('alter table %I force row level security', wanted);
    execute format('create policy %I on %I to cauce_app using (tenant = (select nullif(current_setting(''cauce.tenant'', true), ''''))) with check (tenant = (select nullif(current_setting(''cauce.tenant'', true), '''')))', wanted || '_app', wanted);
    execute format('create policy %I on %I to cauce_worker using (true) with check (true)', wanted || '_worker', wanted);
  end loop;
end $$;
grant select, insert on event_log, event_key, event_source to cauce_app;
grant select, insert, delete on event_log, event_key, event_source to cauce_worker;
grant select, insert, update, delete on event_exception to cauce_app, cauce_worker;
grant select, insert, update, delete on consumer_cursor, node, shard_lease to cauce_worker;
grant select on consumer_cursor to cauce_app;
grant select, update on sequence event_position to cauce_app, cauce_worker;

-- The names of the source documents. Status is derived: nothing is written when an event is passed on.
create view outbox_event with (security_invoker = true) as
select e.tenant, e.position, e.id, e.type as event_type, e.raw::json as payload_json,
  case
    when exists (select 1 from event_exception x where x.tenant = e.tenant and x.position = e.position and x.status = 'failed') then 'failed'
    when exists (select 1 from consumer_cursor c where c.shard = e.shard and c.required and c.position < e.position)
      or exists (select 1 from event_exception x where x.tenant = e.tenant and x.position = e.position) then 'pending'
    else 'published'
  end as status,
  e.received_at as created_at
from event_log e;

create view consumed_event with (security_invoker = true) as
select c.consumer as consumer_name, e.tenant, e.id as event_id, c.moved_at as consumed_at
from event_log e
join consumer_cursor c on c.shard = e.shard and c.position >= e.position
where not exists (
  select 1 from event_exception x where x.tenant = e.tenant and x.consumer = c.consumer and x.position = e.position);
grant select on outbox_event, consumed_event to cauce_app, cauce_worker;
