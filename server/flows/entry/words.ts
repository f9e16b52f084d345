import type { GraphSettings } from '#flows/graph.ts'
import { iso } from '#platform/iso.ts'
import type { Sentence } from '#platform/sentence.ts'

/* How runs begin, in words. */

/** The rules of a flow, as its author set them; none: each event begins a run at once. */
export function rulesOf({
  oncePer,
  concurrency,
  rate,
  debounce,
  batch,
  priority,
  timeLimit,
  goal,
}: GraphSettings): Sentence[] {
  const rules: (Sentence | null)[] = [
    oncePer === undefined
      ? null
      : {
          en: `A key begins one run in ${oncePer} at most.`,
          es: `Cada clave inicia como máximo una ejecución en ${oncePer}.`,
        },
    concurrency === undefined
      ? null
      : {
          en: `At most ${concurrency} run at once; others wait for their turn.`,
          es: `Como máximo ${concurrency} se ejecutan a la vez; las demás esperan su turno.`,
        },
    rate === undefined
      ? null
      : {
          en: `At most ${rate.limit} begin within ${rate.per}; others wait for their turn.`,
          es: `Como máximo ${rate.limit} empiezan en ${rate.per}; las demás esperan su turno.`,
        },
    priority === undefined
      ? null
      : {
          en: `Of those who wait the one with the highest ${priority} comes first.`,
          es: `De las que esperan va primero la de mayor ${priority}.`,
        },
    debounce === undefined
      ? null
      : {
          en: `Only the last event of a key begins a run, once ${debounce} have been quiet.`,
          es: `Solo el último evento de una clave inicia una ejecución, tras ${debounce} de calma.`,
        },
    batch === undefined
      ? null
      : {
          en: `Events of a key begin one run together: at ${batch.size}, or ${batch.within} after the first.`,
          es: `Los eventos de una clave inician juntos una ejecución: al ser ${batch.size}, o ${batch.within} después del primero.`,
        },
    timeLimit === undefined
      ? null
      : { en: `A run fails after ${timeLimit}.`, es: `Una ejecución falla después de ${timeLimit}.` },
    goal?.ends !== true
      ? null
      : { en: `A run is over when ${goal.event} comes.`, es: `Una ejecución termina cuando llega ${goal.event}.` },
  ]
  return rules.filter((rule) => rule !== null)
}

export const calledOff = (type: string): Sentence => ({
  en: `Would not begin: ${type} called it off while it waited.`,
  es: `No empezaría: ${type} la anuló mientras esperaba.`,
})
export const quietSince = (at: number): Sentence => ({
  en: `Would begin at ${iso(at)}, when it has been quiet.`,
  es: `Empezaría el ${iso(at)}, tras el tiempo de calma.`,
})
export const together = (events: number, at: number): Sentence => ({
  en: `Would begin at ${iso(at)} with ${events} ${events === 1 ? 'event' : 'events'}.`,
  es: `Empezaría el ${iso(at)} con ${events} ${events === 1 ? 'evento' : 'eventos'}.`,
})
export const stillUnderWay = (): Sentence => ({
  en: 'Would not begin: a run of the same key is under way.',
  es: 'No empezaría: hay una ejecución de la misma clave en curso.',
})
export const waitsForOwn = (): Sentence => ({
  en: 'Would wait for the run of the same key that is under way.',
  es: 'Esperaría a la ejecución de la misma clave que está en curso.',
})
export const onceOnly = (last: number, again: number): Sentence => ({
  en: `Would not begin: the same key began a run at ${iso(last)}, and may again from ${iso(again)} on.`,
  es: `No empezaría: la misma clave inició una ejecución el ${iso(last)} y puede de nuevo desde el ${iso(again)}.`,
})
export const turnOf = (underWay: number, queued: number): Sentence => ({
  en: `Would wait for its turn: ${underWay} are under way, and ${queued} wait already. Shown as if it came at once.`,
  es: `Esperaría su turno: hay ${underWay} en curso y ${queued} ya esperan. Se muestra como si empezara de inmediato.`,
})
export const lateBy = (at: number): Sentence => ({
  en: `Would wait until ${iso(at)}: as many have begun as may in the span.`,
  es: `Esperaría hasta el ${iso(at)}: ya empezaron tantas como se permite en el lapso.`,
})
