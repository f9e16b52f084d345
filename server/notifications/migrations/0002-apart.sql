-- A status that few have. Null for those that go their way (queued, then sent): handing one over touches no index.
alter table notification add column apart text
  generated always as (case when status in ('held', 'failed', 'suppressed', 'cancelled') then status end) stored;
create index notification_apart on notification (tenant collate "C", apart, created_at desc, id desc) where apart is not null;
-- What is filtered by stands at the end of the order of the log: what does not fit is passed over inside the index. Of these only
-- the channel ever changes, when one failed and the next is tried.
drop index notification_created;
create index notification_created on notification (tenant collate "C", created_at desc, id desc, channel, template, category);
