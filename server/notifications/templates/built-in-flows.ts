import type { TemplateVersion } from './template.ts'

type Words = { title: { one: string; many: string }; line: string; more: string; advice: string }

const SAYS: Readonly<Record<string, Readonly<Record<string, Words>>>> = {
  'flow-troubled': {
    es: {
      title: { one: 'Algo va mal con un flujo', many: 'Algo va mal con {{ data.count }} flujos' },
      line: "{{ flow.name }}: {% if flow.what == 'runs_overdue' %}{{ flow.runs }} {% if flow.runs == 1 %}ejecución debió seguir y no siguió{% else %}ejecuciones debieron seguir y no siguieron{% endif %}{% if flow.dueAt %}; la que más espera, desde {{ flow.dueAt }}{% endif %}.{% elsif flow.what == 'firing_stopped' %}no comienza ninguna ejecución desde {{ flow.since }}{% if flow.usual %}; la pausa más larga de lo habitual es de {{ flow.usual.es }}{% endif %}. ¿Llegan los eventos que lo inician?{% else %}fallan más ejecuciones de lo habitual: {{ flow.failed }} en los últimos 15 minutos.{% if flow.says %} De ellas {{ flow.alike }} en el mismo paso: {{ flow.says.es }}.{% endif %}{% endif %}",
      more: 'Y {{ data.more }} más.',
      advice:
        'En la lista de ejecuciones cada una dice en qué paso está y qué pasó. Te avisaremos cuando vuelva a ir bien.',
    },
    en: {
      title: { one: 'Something is wrong with a flow', many: 'Something is wrong with {{ data.count }} flows' },
      line: "{{ flow.name }}: {% if flow.what == 'runs_overdue' %}{{ flow.runs }} {% if flow.runs == 1 %}run{% else %}runs{% endif %} should have gone on and did not{% if flow.dueAt %}; the one that waits longest, since {{ flow.dueAt }}{% endif %}.{% elsif flow.what == 'firing_stopped' %}no run has begun since {{ flow.since }}{% if flow.usual %}; its longest usual pause is {{ flow.usual.en }}{% endif %}. Do the events that begin it arrive?{% else %}more runs fail than usual: {{ flow.failed }} within the last 15 minutes.{% if flow.says %} Of these {{ flow.alike }} at the same step: {{ flow.says.en }}.{% endif %}{% endif %}",
      more: 'And {{ data.more }} more.',
      advice:
        'In the list of runs each tells at which step it stands and what happened. You will be told when it is over.',
    },
  },
  'flow-recovered': {
    es: {
      title: { one: 'Un flujo vuelve a ir bien', many: '{{ data.count }} flujos vuelven a ir bien' },
      line: "{{ flow.name }}: {% if flow.what == 'runs_overdue' %}ya no queda ninguna ejecución atrasada{% elsif flow.what == 'firing_stopped' %}vuelven a comenzar ejecuciones{% else %}las ejecuciones ya no fallan más de lo habitual{% endif %} (desde {{ flow.since }}).",
      more: 'Y {{ data.more }} más.',
      advice: 'Las ejecuciones que fallaron mientras tanto se pueden reintentar, de una en una o muchas a la vez.',
    },
    en: {
      title: { one: 'A flow is well again', many: '{{ data.count }} flows are well again' },
      line: "{{ flow.name }}: {% if flow.what == 'runs_overdue' %}no run is late any more{% elsif flow.what == 'firing_stopped' %}runs begin again{% else %}runs fail no more than usual{% endif %} (it was wrong since {{ flow.since }}).",
      more: 'And {{ data.more }} more.',
      advice: 'Runs that failed meanwhile can be tried again, one by one or many at once.',
    },
  },
}

/** Those runs of the flow that it is about, as far as the list can tell them from others. */
const THEIRS =
  "{% if flow.what == 'failures_risen' %}?status=failed{% elsif flow.what == 'runs_overdue' %}?status=waiting{% if flow.nodeId %}&step={{ flow.nodeId | url_encode }}{% endif %}{% endif %}"

const textsOf = ({ title, line, more, advice }: Words) => ({
  title: `{% if data.count == 1 %}${title.one}{% else %}${title.many}{% endif %}`,
  body: `{% for flow in data.flows %}${line}\n{{ data.home }}/flows/{{ flow.flowId }}/runs${THEIRS}\n\n{% endfor %}{% if data.more > 0 %}${more}\n\n{% endif %}${advice}`,
})

/** What owners and administrators are told of a tenant's flows, by inbox and e-mail. */
export const FLOW_TEMPLATES: readonly TemplateVersion[] = Object.entries(SAYS).flatMap(([key, languages]) =>
  Object.entries(languages).flatMap(([locale, words]) =>
    (['inbox', 'email'] as const).map((channel) => ({ key, channel, locale, version: 0, ...textsOf(words) })),
  ),
)
