-- A text as it is sought: small letters, no accents, one space between words.
create function folded(said text) returns text language sql immutable strict parallel safe
return lower(regexp_replace(regexp_replace(normalize(said, NFD), '[\u0300-\u036f]+', '', 'g'), '\s+', ' ', 'g'));

-- What a person is found by: name and id in the first line, addresses in the second.
alter table contact add column sought text generated always as (
  folded(coalesce(name, '') || ' ' || contact_id) || E'\n' ||
  folded(jsonb_path_query_array(addresses, 'strict $.** ? (@.type() == "string")')::text)) stored;

-- Where the server has the extension (it is one of PostgreSQL's own, and any owner of a database may make it), words are looked
-- up; where it has not, the column is walked through.
do $$
begin
  create extension if not exists pg_trgm;
  create index contact_sought on contact using gin (sought gin_trgm_ops);
exception when undefined_file or feature_not_supported or insufficient_privilege or undefined_object then
  raise notice 'without the extension pg_trgm people are looked for one by one: %', sqlerrm;
end $$;

-- Queue and channel stand at the end of the order in which people look at conversations: what does not fit is passed over inside
-- the index. Neither changes with a message or a sign of life.
drop index encounter_opened;
create index encounter_opened on encounter (tenant collate "C", opened_at desc, encounter_id desc, queue_id, channel);
