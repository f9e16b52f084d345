import type { TemplateVersion } from './template.ts'

/** The words of one language about webhooks, for those who operate them. */
type Words = {
  title: { one: string; many: string }
  /** One endpoint of `data.endpoints`. */
  line: string
  more: string
  advice: string
}

const SAYS: Readonly<Record<string, Readonly<Record<string, Words>>>> = {
  'webhook-failing': {
    es: {
      title: { one: 'Un webhook falla', many: '{{ data.count }} webhooks fallan' },
      line: '{{ endpoint.url }} falla desde {{ endpoint.since }}{% if endpoint.reason %} ({{ endpoint.reason }}){% endif %}. Si sigue así, se desactiva el {{ endpoint.until }}.',
      more: 'Y {{ data.more }} más.',
      advice:
        'Revisa el receptor. Lo que espera se sigue intentando. Cada suscripción muestra cómo está, y sus entregas cada intento.',
    },
    en: {
      title: { one: 'A webhook fails', many: '{{ data.count }} webhooks fail' },
      line: '{{ endpoint.url }} has failed since {{ endpoint.since }}{% if endpoint.reason %} ({{ endpoint.reason }}){% endif %}. If it goes on, it is disabled on {{ endpoint.until }}.',
      more: 'And {{ data.more }} more.',
      advice:
        'Look after the receiver. What waits is still tried. Each subscription shows how it fares, and its deliveries each attempt.',
    },
  },
  'webhook-disabled': {
    es: {
      title: { one: 'Se desactivó un webhook', many: 'Se desactivaron {{ data.count }} webhooks' },
      line: "{{ endpoint.url }} {% if endpoint.reason == 'gone' %}respondió que ya no existe (410).{% else %}falló en todos los intentos desde {{ endpoint.since }}. De vez en cuando se prueba si vuelve a responder, y entonces se activa solo.{% endif %}",
      more: 'Y {{ data.more }} más.',
      advice:
        'No recibe nada mientras tanto. Para activarlo ya, cambia su estado a ACTIVE. Lo que se perdió se puede repetir después (replay).',
    },
    en: {
      title: { one: 'A webhook was disabled', many: '{{ data.count }} webhooks were disabled' },
      line: "{{ endpoint.url }} {% if endpoint.reason == 'gone' %}answered that it is gone (410).{% else %}failed at every attempt since {{ endpoint.since }}. Now and then it is asked whether it is well again, and then enabled by itself.{% endif %}",
      more: 'And {{ data.more }} more.',
      advice:
        'It gets nothing meanwhile. To enable it now, change its status to ACTIVE. What it missed can be replayed afterwards.',
    },
  },
  'webhook-recovered': {
    es: {
      title: { one: 'Un webhook volvió a responder', many: '{{ data.count }} webhooks volvieron a responder' },
      line: '{{ endpoint.url }} fallaba desde {{ endpoint.since }} y está activo.',
      more: 'Y {{ data.more }} más.',
      advice: 'Lo que se perdió se puede repetir desde esa hora (replay); antes se puede contar.',
    },
    en: {
      title: { one: 'A webhook is well again', many: '{{ data.count }} webhooks are well again' },
      line: '{{ endpoint.url }} had failed since {{ endpoint.since }} and is active.',
      more: 'And {{ data.more }} more.',
      advice: 'What it missed can be replayed since that time; it can be counted first.',
    },
  },
}

const textsOf = ({ title, line, more, advice }: Words) => ({
  title: `{% if data.count == 1 %}${title.one}{% else %}${title.many}{% endif %}`,
  body: `{% for endpoint in data.endpoints %}${line}\n{{ data.home }}/webhooks/{{ endpoint.subscriptionId }}\n\n{% endfor %}{% if data.more > 0 %}${more}\n\n{% endif %}${advice}`,
})

/** What owners and administrators are told of a tenant's webhooks, by inbox and e-mail. */
export const WEBHOOK_TEMPLATES: readonly TemplateVersion[] = Object.entries(SAYS).flatMap(([key, languages]) =>
  Object.entries(languages).flatMap(([locale, words]) =>
    (['inbox', 'email'] as const).map((channel) => ({ key, channel, locale, version: 0, ...textsOf(words) })),
  ),
)
