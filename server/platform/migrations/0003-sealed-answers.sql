-- Answers are kept sealed with what only the caller has. Those that were kept in clear go.
delete from idempotency_key where body is not null;
alter table idempotency_key alter column body type bytea using null;
