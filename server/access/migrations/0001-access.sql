create table tenant (
  tenant text primary key,
  name text not null,
  status text not null default 'active' check (status in ('active', 'suspended')),
  created_at timestamptz not null
);

-- People who log in. The address is unique within a tenant only: whether another tenant knows it is nobody's
-- business. `token_version` rises with everything that must end the sessions there are.
create table app_user (
  tenant text not null references tenant,
  id text not null,
  email text not null,
  name text not null,
  role text not null check (role in ('owner', 'admin', 'designer', 'agent', 'viewer')),
  status text not null default 'active' check (status in ('active', 'suspended')),
  password_hash text not null,
  token_version integer not null default 1,
  created_at timestamptz not null,
  last_login_at timestamptz,
  primary key (tenant, id),
  unique (tenant, email)
);
-- A login knows no tenant yet.
create index app_user_email on app_user (email);

-- Only the SHA-256 of a key is kept. `last_used_at` is right to a minute.
create table api_key (
  tenant text not null references tenant,
  id text not null,
  hash bytea not null unique,
  prefix text not null,
  name text not null,
  scopes text[] not null,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  primary key (tenant, id)
);

-- Who did what, with the state before and after. Nobody may change a row.
create table audit (
  tenant text not null,
  id text not null,
  at timestamptz not null,
  actor text not null,
  action text not null,
  target text not null,
  before jsonb,
  after jsonb,
  traceparent text,
  primary key (tenant, id)
);
create index audit_at on audit (tenant, at, id);

do $$
declare named text;
begin
  foreach named in array array['tenant', 'app_user', 'api_key', 'audit'] loop
    execute format('alter table %I enable row level security', named);
    execute format('alter table %I force row level security', named);
    execute format('create policy %I on %I to cauce_app
      using (tenant = (select nullif(current_setting(''cauce.tenant'', true), '''')))
      with check (tenant = (select nullif(current_setting(''cauce.tenant'', true), '''')))', named || '_app', named);
    execute format('create policy %I on %I to cauce_worker using (true) with check (true)', named || '_worker', named);
  end loop;
end $$;
grant select, insert, update, delete on tenant, app_user, api_key to cauce_worker;
grant select on tenant to cauce_app;
grant select, insert, update, delete on app_user, api_key to cauce_app;
grant select, insert on audit to cauce_app, cauce_worker;
