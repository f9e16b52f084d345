import { flag, type Setting, url } from '#platform/settings.ts'

const address: Setting<string> = {
  ...(url('Where the encounter events born here are also posted, once rabbitmq_events_enabled is on.', [
    'http',
    'https',
  ]) as Setting<string>),
  default: 'http://localhost:8080/api/v1/events',
}

export const settings = {
  rabbitmq_events_enabled: flag('Whether encounter events born here are also posted to pet_flows_events_url.', false),
  pet_flows_events_url: address,
}
