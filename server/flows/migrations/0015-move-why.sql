-- Why runs were kept, or, once the publish was taken back, why they did not come back: sentences with how many.
alter table flow_move add column why jsonb not null default '[]';
