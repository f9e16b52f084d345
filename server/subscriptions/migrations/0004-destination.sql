-- Where events go that do not go to a URL: to a broker of this program. `webhook_url` then holds it as a text.
alter table subscription add column destination jsonb;
