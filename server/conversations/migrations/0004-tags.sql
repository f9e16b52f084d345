-- Words that flows have put on a conversation, in the order in which they came: a JSON array of texts.
alter table encounter add column tags jsonb not null default '[]';
