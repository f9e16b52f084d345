-- Of which replay of its target it is, for those that were put back together: so it is told how many still wait, and they can be
-- called off alone.
alter table delivery add column replay uuid;
