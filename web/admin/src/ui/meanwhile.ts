/** A form over what others may change while it is open: neither loses what they wrote. */
import type { UseFormReturnType } from '@mantine/form'
import { useEffect, useRef } from 'react'
import { useTexts } from '../app/texts.ts'
import { uiTexts } from './texts.ts'

type Fields = Record<string, unknown>

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/**
 * What was typed since `opened`, over what is there `now`.
 * @returns with the fields that both changed, each in another way; they are as they were typed
 */
export function overlaid<V extends Fields>(opened: V, typed: V, now: V): { values: V; clashing: (keyof V & string)[] } {
  const names = Object.keys(typed) as (keyof V & string)[]
  const touched = names.filter((name) => !isSame(typed[name], opened[name]))
  return {
    values: { ...now, ...Object.fromEntries(touched.map((name) => [name, typed[name]])) },
    clashing: touched.filter((name) => !isSame(now[name], opened[name]) && !isSame(now[name], typed[name])),
  }
}

/**
 * Lets the fields that nobody has touched follow what others make of them, and keeps those that were typed in.
 * @param read what the page knows of it now
 * @param nameOf what people call a field
 * @returns `save`, to be called with what was typed: it reads anew, and writes what was typed over that. Where others changed
 *   the same fields it says so, once, and writes nothing
 */
export function useMeanwhile<V extends Fields>(
  form: UseFormReturnType<V>,
  read: V,
  nameOf: (field: keyof V & string) => string,
) {
  const t = useTexts(uiTexts)
  const opened = useRef(read)
  const follow = (now: V, known: V) => {
    const { values } = overlaid(opened.current, form.getValues(), now)
    opened.current = known
    form.setInitialValues(now)
    form.setValues(values)
    form.resetDirty(now)
  }
  const latest = useRef(follow)
  latest.current = follow
  const text = JSON.stringify(read)
  useEffect(() => {
    const now = JSON.parse(text) as V
    if (isSame(now, opened.current)) return
    const { clashing } = overlaid(opened.current, form.getValues(), now)
    // What both changed is told when it is saved.
    const asOpened = Object.fromEntries(clashing.map((name) => [name, opened.current[name]]))
    latest.current(now, { ...now, ...asOpened })
  }, [text, form.getValues])
  return async function save<It, Answer>(
    typed: V,
    ask: () => Promise<It>,
    valuesOf: (it: It) => V,
    write: (values: V, it: It) => Promise<Answer>,
  ): Promise<Answer> {
    const it = await ask()
    const now = valuesOf(it)
    const { values, clashing } = overlaid(opened.current, typed, now)
    if (clashing.length > 0) {
      follow(now, now)
      throw new Error(t('meanwhile', { fields: clashing.map(nameOf).join(', ') }))
    }
    const answer = await write(values, it)
    follow(values, values)
    return answer
  }
}
