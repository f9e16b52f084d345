import type { Page } from 'playwright-core'

/** What somebody does in a page, from where it was opened. */
export type Act = {
  name: string
  /** Brings the page there first; not measured. */
  before?: (page: Page) => Promise<unknown>
  act: (page: Page) => Promise<unknown>
  /** Only the answer has this. */
  ready?: string
  /** Nothing is asked of the program for it. */
  asksNothing?: true
  /** What it may take where that is not what an interaction may, and why. */
  may?: { ms: number; note: string }
}

export type Looked = {
  name: string
  path: string
  /** Only the page with its content has this. */
  ready: string
  acts?: readonly Act[]
}

/** Ids of what was seeded, for the pages that show one thing. */
export type Known = { flow: string; subscription: string; event: string }

const ROW = 'main [data-entry]'
const HEAD = 'main h1'
/** Rows, or the sentence that there are none. */
const LIST = 'main [data-entry], main h1 ~ *, main h2, main h3'
const DETAIL = 'main aside'

const field = (page: Page, label: string) => page.getByRole('search').locator(`input[aria-label="${label}"]`)

/** A choice among the filters. The list is opened first; the choice is the act. */
const choose = (label: string, option: string | RegExp): Act => ({
  name: `${label} = ${option instanceof RegExp ? option.source : option}`,
  before: (page) => field(page, label).click(),
  act: (page) =>
    page.getByRole('option', { name: option, ...(typeof option === 'string' ? { exact: true } : {}) }).click(),
  ready: LIST,
})

const more = (one: Act): Act => ({
  ...one,
  before: async (page) => {
    await page.getByRole('button', { name: 'Más filtros' }).click()
    await one.before?.(page)
  },
})

/** Words, taken with Enter: without it they are taken when the typing pauses. */
const words = (label: string, typed: string): Act => ({
  name: `${label}: ${typed}`,
  before: (page) => field(page, label).click(),
  act: async (page) => {
    await field(page, label).pressSequentially(typed)
    await page.keyboard.press('Enter')
  },
  ready: LIST,
})

const open: Act = { name: 'open a row', act: (page) => page.locator('main [data-row]').nth(3).click(), ready: DETAIL }
const openKnown: Act = { ...open, asksNothing: true }
const further: Act = { name: 'load more', act: (page) => page.getByRole('button', { name: 'Cargar más' }).click() }

/** The pages with much behind them, and what people do there. */
export const looked = ({ flow, subscription, event }: Known): readonly Looked[] => [
  {
    name: 'overview',
    path: '/overview',
    ready: HEAD,
    acts: [
      choose('Periodo', 'Últimos 7 días'),
      choose('Cola', 'Cola 3'),
      choose('Marca', 'marca-2'),
      { name: 'by day', act: (page) => page.getByText('Día', { exact: true }).click() },
    ],
  },
  {
    name: 'silences',
    path: '/overview/silences',
    ready: ROW,
    acts: [choose('Hasta dónde', 'Volvió'), choose('Canal', 'app'), further],
  },
  {
    name: 'conversations',
    path: '/conversations',
    ready: ROW,
    acts: [
      choose('Etapa', 'Avisada'),
      choose('Cola', 'Cola 4'),
      choose('Agente', /Rodrigo/),
      more(choose('En manos de', 'Nadie, en pausa')),
      more(choose('Marca', 'marca-rara')),
      choose('Periodo', 'Últimas 24 horas'),
      words('Persona o palabras', 'rojas'),
      words('Persona o palabras', 'ximena errázuriz'),
      words('Persona o palabras', 'rodilla'),
      {
        ...words('Persona o palabras', 'xyzzy'),
        may: { ms: 1_500, note: 'nobody said it: ten pages of 5,000 conversations, one behind the other' },
      },
      open,
      further,
    ],
  },
  {
    name: 'conversation',
    path: '/conversations?selected=conv-00090001',
    ready: DETAIL,
  },
  {
    name: 'people',
    path: '/people',
    ready: ROW,
    acts: [
      words('Nombre, id o dirección', 'rojas'),
      words('Nombre, id o dirección', 'ximena errázuriz'),
      words('Nombre, id o dirección', 'p39999@example'),
      words('Nombre, id o dirección', 'xyzzy'),
      open,
      further,
    ],
  },
  { name: 'person', path: '/people?selected=persona-00000777', ready: DETAIL },
  {
    name: 'notifications',
    path: '/notifications',
    ready: ROW,
    acts: [
      choose('Estado', 'Falló'),
      choose('Estado', 'En camino'),
      choose('Estado', 'Espera su hora'),
      choose('Canal', 'correo'),
      more(words('Categoría', 'ninguna')),
      open,
      further,
    ],
  },
  { name: 'inbox', path: '/notifications/inbox?person=persona-00000777', ready: HEAD },
  { name: 'templates', path: '/templates', ready: ROW },
  { name: 'template', path: '/templates/come-back', ready: HEAD },
  {
    name: 'events',
    path: '/events',
    ready: ROW,
    acts: [
      words('Tipo', 'encounter.closed'),
      words('Tipo', 'encounter.*'),
      words('Tipo', 'no.such.type'),
      words('Sobre quién', 'conv-00012345'),
      words('Conversación', 'conv-00054321'),
      choose('Periodo', 'Últimas 24 horas'),
      further,
      { name: 'open one', act: (page) => page.locator('main [data-row]').nth(3).click(), ready: HEAD },
    ],
  },
  { name: 'event', path: `/events/${event}`, ready: HEAD },
  {
    name: 'outbox',
    path: '/events/outbox',
    ready: ROW,
    acts: [choose('Estado', 'Apartado'), choose('Estado', 'Pendiente'), words('Tipo', 'encounter.closed'), further],
  },
  { name: 'set aside', path: '/events/set-aside', ready: HEAD },
  { name: 'quarantine', path: '/events/quarantine', ready: HEAD },
  { name: 'catalogue', path: '/events/catalogue', ready: ROW },
  { name: 'webhooks', path: '/webhooks', ready: ROW },
  {
    name: 'webhook',
    path: `/webhooks/${subscription}`,
    ready: ROW,
    acts: [choose('Estado', 'Perdida'), choose('Estado', 'Cancelada'), choose('Periodo', 'Últimas 24 horas'), further],
  },
  {
    name: 'deliveries',
    path: '/webhooks/deliveries',
    ready: ROW,
    acts: [
      choose('Canal', 'Correo'),
      choose('Canal', 'Push'),
      choose('Estado', 'Perdida'),
      choose('Estado', 'Cancelada'),
      choose('Estado', 'Espera'),
      words('Destino', 'http:nowhere'),
      open,
      further,
    ],
  },
  { name: 'flows', path: '/flows', ready: ROW, acts: [words('Buscar por nombre', 'abandon')] },
  { name: 'flow builder', path: `/flows/${flow}`, ready: '.react-flow__node' },
  {
    name: 'runs',
    path: `/flows/${flow}/runs`,
    ready: ROW,
    acts: [
      choose('Estado', 'Falló'),
      choose('Estado', 'En curso'),
      words('Persona o asunto', 'conv-00012341'),
      open,
      further,
    ],
  },
  { name: 'report', path: `/flows/${flow}/report`, ready: HEAD },
  { name: 'versions', path: `/flows/${flow}/versions`, ready: HEAD },
  { name: 'cases', path: `/flows/${flow}/cases`, ready: HEAD },
  { name: 'replay', path: `/flows/${flow}/replay`, ready: HEAD },
  { name: 'settings', path: '/settings', ready: HEAD },
  { name: 'users', path: '/settings/users', ready: ROW },
  { name: 'roles', path: '/settings/roles', ready: HEAD },
  { name: 'keys', path: '/settings/keys', ready: ROW },
  { name: 'tenants', path: '/settings/tenants', ready: HEAD },
  {
    name: 'audit',
    path: '/settings/audit',
    ready: ROW,
    acts: [choose('Periodo', 'Últimas 24 horas'), choose('Acto', 'Flujo: publicado'), openKnown, further],
  },
  { name: 'secrets', path: '/settings/secrets', ready: HEAD },
  { name: 'flags', path: '/settings/flags', ready: HEAD },
  { name: 'queues', path: '/settings/queues', ready: ROW, acts: [openKnown] },
  { name: 'texts of conversations', path: '/settings/conversation-texts', ready: HEAD },
  { name: 'calendars', path: '/settings/calendars', ready: HEAD },
  { name: 'timers', path: '/settings/timers', ready: ROW, acts: [choose('Estado', 'Disparado'), openKnown, further] },
  { name: 'sources', path: '/settings/sources', ready: HEAD },
  { name: 'brokers', path: '/settings/brokers', ready: HEAD },
  { name: 'refused messages', path: '/settings/brokers/refused', ready: HEAD },
  { name: 'MQTT', path: '/settings/brokers/mqtt', ready: HEAD },
  { name: 'inbound', path: '/settings/inbound', ready: HEAD },
  { name: 'switches', path: '/settings/switches', ready: HEAD },
  { name: 'account', path: '/account', ready: HEAD },
]
