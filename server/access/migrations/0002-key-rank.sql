-- A key ranks as whoever made it, and no higher than the person behind it does at the moment of use. No person is behind
-- the first keys of an installation and of a tenant. Nodes of the version before name no role: none of an owner, then.
alter table api_key
  add column role text not null default 'admin' check (role in ('owner', 'admin', 'designer', 'agent', 'viewer')),
  add column person text;
update api_key k set role = u.role, person = u.id
from app_user u where u.tenant = k.tenant and k.created_by = 'user:' || u.id;
update api_key k set role = 'owner'
where k.created_by in ('setting', 'first-start')
  -- The first key of a tenant: made from the tenant that runs the installation.
  or (k.tenant <> 'default' and k.person is null and not exists (
    select 1 from api_key maker where maker.tenant = k.tenant and k.created_by = 'key:' || maker.id));
create index api_key_person on api_key (tenant, person) where person is not null;
