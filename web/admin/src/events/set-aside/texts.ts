import { defineTexts } from '../../app/texts.ts'

export const setAsideTexts = defineTexts(
  'events-set-aside',
  {
    about:
      'Eventos que alguien no pudo tratar, juntos por lo que falló. El registro los conserva; los demás siguieron.',
    what: 'Qué falló',
    who: 'Quién',
    count: 'Cuántos',
    newest: 'El último',
    oldest: 'El primero',
    newestOnes: 'Los más nuevos',
    more_one: 'y uno más',
    more_other: 'y {{count}} más',
    empty: 'Nada apartado',
    emptyAbout:
      'Lo que no se puede tratar se intenta cinco veces en unos minutos y después queda aquí, sin frenar al resto.',
    retry_one: 'Reintentar un evento',
    retry_other: 'Reintentar {{count}} eventos',
    retryAsk_one: '¿Reintentar un evento?',
    retryAsk_other: '¿Reintentar {{count}} eventos?',
    retryAbout: 'Vuelven a quien no pudo tratarlos, en su orden. Si la causa sigue, se apartan otra vez.',
    retried_one: 'Un evento se intenta de nuevo',
    retried_other: '{{count}} eventos se intentan de nuevo',
    discard_one: 'Descartar un evento',
    discard_other: 'Descartar {{count}} eventos',
    discardAbout_one:
      'Cuenta como tratado y nadie más lo intenta: lo que faltaba hacer con él no se hará. El registro lo conserva. No se puede deshacer.',
    discardAbout_other:
      'Los {{count}} cuentan como tratados y nadie más los intenta: lo que faltaba hacer con ellos no se hará. El registro los conserva. No se puede deshacer.',
    discardOthers: 'Los demás que fallaron igual siguen apartados.',
    discarded_one: 'Un evento descartado',
    discarded_other: '{{count}} eventos descartados',
    reason: 'Por qué',
    reasonAbout: 'Queda en el registro de actos.',
    needed: 'Hace falta',
  },
  {
    about: 'Events that somebody could not handle, together by what failed. The log keeps them; all others went on.',
    what: 'What failed',
    who: 'Who',
    count: 'How many',
    newest: 'The last',
    oldest: 'The first',
    newestOnes: 'The newest',
    more_one: 'and one more',
    more_other: 'and {{count}} more',
    empty: 'Nothing is set aside',
    emptyAbout:
      'What cannot be handled is tried five times within some minutes and then lies here, without holding up the rest.',
    retry_one: 'Retry one event',
    retry_other: 'Retry {{count}} events',
    retryAsk_one: 'Retry one event?',
    retryAsk_other: 'Retry {{count}} events?',
    retryAbout:
      'They go back to whoever could not handle them, in their order. While the cause lasts they are set aside again.',
    retried_one: 'One event is tried again',
    retried_other: '{{count}} events are tried again',
    discard_one: 'Discard one event',
    discard_other: 'Discard {{count}} events',
    discardAbout_one:
      'It counts as handled and nobody tries it again: what was still to be done with it will not be done. The log keeps it. This cannot be undone.',
    discardAbout_other:
      'All {{count}} count as handled and nobody tries them again: what was still to be done with them will not be done. The log keeps them. This cannot be undone.',
    discardOthers: 'Others that failed alike stay set aside.',
    discarded_one: 'One event discarded',
    discarded_other: '{{count}} events discarded',
    reason: 'Why',
    reasonAbout: 'It stands in the audit log.',
    needed: 'Needed',
  },
)
