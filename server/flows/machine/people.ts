import type { ContactView } from '#conversations/index.ts'
import { type Chance, chanceOf, delayOf } from '#flows/machine/chance.ts'
import type { Json } from '#platform/event.ts'

/** How people answer what they are told, when nobody has written down what they do. */
export type Habits = {
  /** Of ten things said so many tenths are answered; by channel where it differs (`chat`, `push`, `email`, `inbox`). */
  chance: number
  byChannel: { readonly [channel: string]: number }
  /** Milliseconds until half of those who answer have answered. */
  medianMs: number
  spread: number
  text: string
}

/** What another system tells of a person. @throws Problem where it asks for what is not known of them */
export type ToldOf = (contact: ContactView | null) => { readonly [name: string]: Json }

/** Something that a person does, or that another system tells of them, so long after their conversation began. */
export type Act = { afterMs: number; reply: string } | { afterMs: number; event: ToldOf }

/** A person of a trial with their conversation. */
export type Person = {
  /** Of the conversation. */
  id: string
  contact: ContactView | null
  /** Domain milliseconds. */
  startsAt: number
  acts: readonly Act[]
}

/** What one person answers when. The same seed and person always do the same. */
export type Habit = {
  /** Milliseconds until the answer to something said on a channel; null: none comes. */
  answer(channel: string): number | null
}

export function habitOf(habits: Habits, seed: number, id: string): Habit {
  const chance: Chance = chanceOf(`${seed}/${id}`)
  return {
    answer(channel) {
      const own = Object.hasOwn(habits.byChannel, channel) ? habits.byChannel[channel] : undefined
      // Both are always drawn: whether one is answered must not change when others are.
      const answers = chance() < (own ?? habits.chance)
      const delay = delayOf(chance, habits.medianMs, habits.spread)
      return answers ? delay : null
    },
  }
}

/** So many people of nobody, who can be reached on every channel. */
export function invented(count: number, like: Partial<Omit<ContactView, 'id' | 'bare'>>): ContactView[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `person-${i + 1}`,
    name: `Person ${i + 1}`,
    locale: null,
    timeZone: null,
    addresses: { push: `device-${i + 1}`, email: `person-${i + 1}@example.org` },
    attributes: {},
    ...like,
    bare: false,
  }))
}

/** When each of so many begins: at once, or spread evenly by lot over a span. */
export function arrivals(count: number, startAt: number, overMs: number, seed: number): number[] {
  const chance = chanceOf(`${seed}/arrivals`)
  return Array.from({ length: count }, () => startAt + Math.floor(chance() * overMs))
}
