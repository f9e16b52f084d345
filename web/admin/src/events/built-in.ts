import type { Both } from '../app/language.ts'

const says = (es: string, en: string): Both => ({ es, en })

/** What the types that come with the program tell of, beyond those that flows have words for. */
const BUILT_IN: { readonly [type: string]: Both } = {
  BranchUpdated: says('Cambia una sucursal', 'A branch changes'),
  ChargeDisputed: says('Un negocio objeta un cobro', 'A business objects to a charge'),
  CommissionCalculated: says('Un embajador gana una comisión', 'An ambassador earns a commission'),
  LeadCreated: says('Alguien puede llegar a ser cliente', 'Somebody may become a customer'),
  LeadStatusChanged: says('Un posible cliente se acerca o se aleja', 'A lead comes closer or goes away'),
  ListingFlagged: says('Alguien objeta una publicación', 'Somebody objects to a listing'),
  ListingPublished: says('Ya se puede encontrar una publicación', 'A listing can be found'),
  ListingViewed: says('Alguien mira una publicación', 'Somebody looks at a listing'),
  ModerationActionTaken: says('Interviene un moderador', 'A moderator intervenes'),
  PaymentCaptured: says('Entra un pago', 'Money comes in'),
  PayoutCycleClosed: says('Se liquida un periodo', 'A period is settled'),
  PerformanceChargeCreated: says('Se cobra por un resultado', 'A result is charged for'),
  QuoteApproved: says('Un cliente acepta un presupuesto', 'A customer agrees to a quote'),
  QuoteSent: says('Un cliente recibe un presupuesto', 'A customer gets a quote'),
  ReviewCreated: says('Un cliente valora el trabajo', 'A customer judges the work'),
  SubscriptionStarted: says('Un negocio comienza a pagar un plan', 'A business begins to pay for a plan'),
  TenantAttributed: says('Un negocio se atribuye a un embajador', 'A business is credited to an ambassador'),
  TenantCreated: says('Se suma un negocio', 'A business joins'),
  TenantVerified: says('Un negocio demuestra quién es', 'A business proves who it is'),
  TicketAssigned: says('Alguien toma una solicitud', 'Somebody takes a ticket'),
  TicketClosed: says('Termina una solicitud', 'A ticket is over'),
  TicketCreated: says('Un cliente pide algo', 'A customer asks for something'),
  WhatsAppClicked: says('Alguien pasa de una publicación a WhatsApp', 'Somebody goes on to WhatsApp from a listing'),
  'encounter.link_followed': says('La persona abre el enlace', 'The person opens the link'),
  'encounter.tagged': says('Se etiqueta la conversación', 'The conversation is tagged'),
  'flow.canary_returned': says(
    'Una versión a prueba falla demasiado y vuelve la publicada',
    'A version on trial fails too often, and the published one is back',
  ),
  'flow.experiment_decided': says('Se decide un experimento', 'An experiment is decided'),
  'flow.failures_risen': says('Un flujo falla mucho más que lo normal', 'A flow fails much more than usual'),
  'flow.firing_stopped': says('Un flujo deja de empezar ejecuciones', 'A flow begins no more runs'),
  'flow.recovered': says('Un flujo vuelve a andar bien', 'What was wrong with a flow is over'),
  'flow.requested': says('Se pide que empiece un flujo', 'Somebody asks for a flow to begin'),
  'flow.run_failed': says('Falla una ejecución de un flujo', 'A run of a flow fails'),
  'flow.runs_overdue': says('Se atrasan ejecuciones de un flujo', 'Runs of a flow are overdue'),
  'flow.scheduled': says('Llega la hora prevista de un flujo', 'The time of a flow has come'),
  'subscription.disabled': says('Un destino ya no recibe nada', 'A receiver gets nothing more'),
  'subscription.exhausted': says('Se da por perdida una entrega', 'A delivery is given up'),
  'subscription.failing': says('Un destino lleva un rato sin aceptar nada', 'A receiver takes nothing for a while'),
  'subscription.recovered': says('Un destino vuelve a aceptar entregas', 'A receiver takes deliveries again'),
  'whatsapp.send_requested': says(
    'Otro sistema pide escribir por WhatsApp',
    'Another system asks for a WhatsApp message',
  ),
}

export const builtInWords = (type: string): Both | undefined =>
  Object.hasOwn(BUILT_IN, type) ? BUILT_IN[type] : undefined
