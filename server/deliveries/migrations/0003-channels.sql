-- Channel and ending stand at the end of the order in time: what does not fit is passed over inside the index, at the cost of a
-- wider entry and not of another one.
drop index delivery_attempt_ended;
create index delivery_attempt_ended on delivery_attempt (tenant collate "C", at, channel, ended) where ended is not null;
