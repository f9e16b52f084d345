-- Who sent it: fed in again, an event of a system that follows another one is still that system's.
alter table bus_refused add column sender jsonb not null default '{}';
