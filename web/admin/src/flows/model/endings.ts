import { type Json, listOf, membersOf, textIn } from './graph.ts'

/** An event that ends runs: of their key, or of their person; with a condition on it, or whatever it says. */
export type Ending = { readonly event: string; readonly samePerson: boolean; readonly where: string }

/** The events of a flow's `cancelOn`, each as a type alone or with what more is said of it. */
export const endingsIn = (value: Json | undefined): Ending[] =>
  listOf(value).map((one) => {
    if (typeof one === 'string') return { event: one, samePerson: false, where: '' }
    const { event, samePerson, where } = membersOf(one)
    return { event: textIn(event), samePerson: samePerson === true, where: textIn(where) }
  })

/** As it is kept: a type alone where nothing more is said. */
export const endingOut = ({ event, samePerson, where }: Ending): Json =>
  samePerson || where !== ''
    ? { event, ...(where === '' ? {} : { where }), ...(samePerson ? { samePerson } : {}) }
    : event
