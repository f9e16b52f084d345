-- When somebody gave the organisation its name after the first start; null: nobody has, and the admin asks for it.
alter table tenant add column set_up_at timestamptz;
