-- How far from its beginning the request was that made the timer, and the run that sent it: what the timer does is one
-- step further, so that whatever sets itself off by timers comes to rest.
alter table timer add column hops smallint not null default 0, add column cause text;
