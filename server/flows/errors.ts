import type { ApprovalRow } from '#flows/approvals/store.ts'
import type { Change, Difference } from '#flows/difference.ts'
import type { GraphFault } from '#flows/graph.ts'
import { conflict, type Fault, invalid, Problem } from '#platform/problem.ts'
import type { Sentence } from '#platform/sentence.ts'

/** A fault of a graph as problem+json shows it: a JSON pointer, the sentence in both languages, and the node's id. */
export const faultOf = ({ nodeId, label, path, says }: GraphFault): Fault => ({
  path: [...(nodeId === null ? [] : ['nodes', nodeId]), ...(path === undefined || path === '' ? [] : path.split('.'))]
    .map((part) => `/${part}`)
    .join(''),
  message: says.en,
  messages: says,
  ...(nodeId === null ? {} : { nodeId }),
  ...(label === undefined ? {} : { label }),
})

/** 422: the graph has faults; all are listed. A retry helps after the draft was mended. */
export const unfit = (faults: readonly GraphFault[]): Problem =>
  new Problem(
    422,
    'flows/unfit',
    `The graph cannot run: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}.`,
    { faults: faults.map(faultOf) },
  )

/** Who saved a draft last, and when. */
export type Saved = { by: string; at: Date } | null

/** Which way the difference of a refused save is told. */
const LISTED = {
  yours: { en: 'Listed is what yours would change in it.', es: 'Se enumera qué cambiaría en él el tuyo.' },
  discarded: { en: 'Listed is what would be lost.', es: 'Se enumera qué se perdería.' },
  theirs: { en: 'Listed is what was changed since.', es: 'Se enumera qué se cambió desde entonces.' },
} as const

/**
 * 409: the draft is no longer the one that was read. The errors tell the difference in words. A retry helps after it was read again.
 * @param listed `yours`: from what is stored to what was sent; `discarded`: from what is published to what is stored; `theirs`: from what was read to what is stored
 */
export function stale(difference: Difference, saved: Saved, listed: keyof typeof LISTED): Problem {
  const { en: by, es: quien } = saverOf(saved?.by ?? '')
  const time = saved === null ? null : saved.at.toISOString()
  const list = difference.changes.length === 0 ? { en: '', es: '' } : LISTED[listed]
  const en = `${by} saved the draft${time === null ? '' : ` at ${time}`}, after you read it. Nothing was overwritten. ${list.en}`
  const es = `${quien} guardó el borrador${time === null ? '' : ` el ${time}`}, después de que lo leyeras. No se sobrescribió nada. ${list.es}`
  const messages = { en: en.trimEnd(), es: es.trimEnd() }
  return new Problem(409, 'flows/stale', messages.en, { messages, faults: difference.changes.map(changeFault) })
}

/** Who saved it: which user, or which API key. */
function saverOf(actor: string): Sentence {
  const [kind, id = ''] = actor.split(/:(.*)/s)
  if (kind === 'user') return { en: `The user ${id}`, es: `El usuario ${id}` }
  if (kind === 'key') return { en: `The API key ${id}`, es: `La clave de API ${id}` }
  return actor === '' ? { en: 'Somebody', es: 'Alguien' } : { en: actor, es: actor }
}

const changeFault = ({ nodeId, path, says }: Change): Fault => ({
  path,
  message: says.en,
  messages: says,
  ...(nodeId === null ? {} : { nodeId }),
})

/** 422: what was said about runs under way cannot be done; all faults are listed. A retry helps after they are mended. */
export const unfitChoice = (faults: Fault[]): Problem =>
  new Problem(422, 'flows/unfit-move', 'Runs stand where the new version has no place for them.', { faults })

/** 422: a walk gives more than anybody reads. A retry does not help. */
export const tooMuchToShow = (characters: number): Problem =>
  new Problem(
    422,
    'flows/too-much-to-show',
    `What the steps give and send has more than ${characters} characters: the flow goes round too often with texts this long.`,
  )

/** 409: nothing is published, or taken back, while a canary runs. A retry helps when it was promoted or stopped. */
export const canaryUnderWay = (): Problem =>
  conflict(
    'A share of the new runs tries a version already: promote or stop it first.',
    'Una parte de las nuevas ejecuciones ya prueba una versión: decide primero sobre ella.',
  )

/** 409: a share of the new runs needs a version for the others. A retry helps after one was published. */
export const nothingPublished = (): Problem =>
  conflict(
    'Nothing of this flow is published: there is no version for the other runs.',
    'De este flujo no hay nada publicado: no hay versión para las demás ejecuciones.',
  )

/** 400: a canary is for new runs. */
export const canaryMovesNobody = (): Problem => {
  const messages = {
    en: 'goes with a publish for all, not with a canary',
    es: 'va con publicar para todos, no con un canario',
  }
  return invalid({ path: '/runs', message: messages.en, messages })
}

/** 400: where runs go says only who moves them. */
export const mapMovesNobody = (): Problem => {
  const messages = {
    en: 'says where runs go that are moved: it goes with `runs: "move"`',
    es: 'dice a dónde van las ejecuciones que se mueven: va con `runs: "move"`',
  }
  return invalid({ path: '/map', message: messages.en, messages })
}

/** 400: those who wait to begin are one line, whichever version it will be. */
export const canaryInOneLine = (): Problem => {
  const messages = {
    en: 'a canary lets its runs begin as the published version does: `oncePer`, `concurrency`, `rate`, `debounce`, `batch` and `priority` change with a publish for all',
    es: 'un canario deja empezar sus ejecuciones como la versión publicada: `oncePer`, `concurrency`, `rate`, `debounce`, `batch` y `priority` cambian al publicar para todos',
  }
  return invalid({ path: '/canary', message: messages.en, messages })
}

/** 409: there is no canary that runs. A retry does not help. */
export const noCanary = (): Problem =>
  conflict('No version is being tried by a share of the new runs.', 'Ninguna versión está a prueba.')

/** 409: the latest publish cannot be taken back: it was already, or it is too long ago. A retry does not help. */
export const notUndone = (): Problem =>
  conflict(
    'The latest publish cannot be taken back: it was already, or more than a day has passed.',
    'La última publicación no se puede deshacer: ya se deshizo, o pasó más de un día.',
  )

/** 409: the run has ended. A retry does not help. */
export const runOver = (): Problem => conflict('The run is over already.', 'La ejecución ya terminó.')

/** 409: somebody answered already, or nobody needs to any more. A retry does not help. */
export const approvalOver = ({ status, decidedBy, decidedAt }: ApprovalRow): Problem =>
  decidedBy === null
    ? conflict(
        `${status === 'pending' ? 'Its run waits for it no more' : `It is ${status}`}: nobody can answer it any more.`,
        'Ya nadie puede contestarla.',
      )
    : conflict(
        `It was ${status} by ${decidedBy} at ${decidedAt?.toISOString()}.`,
        `Ya la ${status === 'approved' ? 'aprobó' : 'rechazó'} ${decidedBy}, el ${decidedAt?.toISOString()}.`,
      )

/** 403: somebody else was asked. */
export const notAsked = (): Problem => new Problem(403, 'flows/not-asked', NOT_ASKED.en, { messages: NOT_ASKED })
const NOT_ASKED: Sentence = {
  en: 'Somebody else was asked: only they, or who may change flows, can answer.',
  es: 'Se le preguntó a otra persona: solo puede contestar ella, o quien puede cambiar flujos.',
}

/** 409: nothing of the flow begins by hand as it is published. A retry helps after it was published so. */
export const notBegunByHand = (): Problem =>
  conflict(
    'The flow is not published, or its published version has no manual trigger.',
    'El flujo no está publicado, o su versión publicada no tiene inicio a mano.',
  )

/** 409: there is one run for each key, and one stands. A retry helps when that one is over. */
export const runUnderWay = (): Problem =>
  conflict(
    'A run of this flow for the same key is under way already.',
    'Ya hay en curso una ejecución de este flujo con la misma clave.',
  )

/** 409: a key begins one run in so long, and began one. A retry helps when that time is over. */
export const beganLately = (): Problem =>
  conflict(
    'Its key began a run already within the time of `oncePer`.',
    'Su clave ya empezó una ejecución dentro del tiempo de `oncePer`.',
  )

/** 409: of its key one waits for its turn, and only one may begin. A retry helps when that run is over. */
export const waitsToBegin = (): Problem =>
  conflict(
    'Another one of the same key waits for its turn to begin already.',
    'Otra con la misma clave ya espera su turno para empezar.',
  )

/** 409: there is nothing to begin runs of. A retry helps when it is published. */
export const notPublished = (): Problem => conflict('The flow is not published.', 'El flujo no está publicado.')

/** 409: what is published now begins with other events. A retry does not help. */
export const beginsNone = (): Problem =>
  conflict(
    'Its event begins no run of what is published now.',
    'Su evento no empieza ninguna ejecución de lo que está publicado ahora.',
  )

/** 409: there is nothing to cancel. A retry does not help. */
export const wasOver = (): Problem =>
  conflict(
    'It was over already, or cannot be run by this program.',
    'Ya había terminado, o este programa no la puede ejecutar.',
  )

/** 409: the run's version holds what this program does not know. A retry helps after an upgrade. */
export const versionUnknown = (): Problem =>
  conflict(
    'The version of this run cannot be run by this program.',
    'Este programa no puede ejecutar la versión de esta ejecución.',
  )

/** 409: the run cannot be tried again from where it failed; the text says why. A retry does not help. */
export const notRetried = (why: Sentence): Problem => new Problem(409, 'flows/not-retried', why.en, { messages: why })

/** 409: the event that began the run is no longer kept. A retry does not help. */
export const eventGone = (): Problem =>
  conflict('The event that began the run is no longer kept.', 'Ya no se guarda el evento que empezó la ejecución.')
