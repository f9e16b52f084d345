-- What was put back together keeps its pace: no sooner than this after the one before it. Null: sent as it comes.
alter table delivery add column spacing_ms double precision;
create index delivery_paced on delivery (target, tenant collate "C", due_at) where spacing_ms is not null;
