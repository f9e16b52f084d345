-- Who of ours wrote it: a user or an API key, as the audit names them. Null: the person, a flow, the program, or nobody that is known.
alter table message add column written_by text;
