/* Where a run stands, in SQL: of its state `s`, as json. */

/** The step at which one of its places is; who is about to leave a step of an earlier version stands there still. */
export const stepAt = (place: string): string => `coalesce(${place}->>'leaving', ${place}->>'node')`

/** Each place in which it waits, as `place`: one, or one for each of its branches. */
export const PLACES = `(select s->'parked' as place union all select json_array_elements(s->'others')) places`
