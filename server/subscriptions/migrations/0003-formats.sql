-- CloudEvents also in the binary mode and as a batch.
alter table subscription drop constraint subscription_format_check, add constraint subscription_format_check
  check (format in ('as-received', 'cloudevents', 'cloudevents-binary', 'cloudevents-batch'));
