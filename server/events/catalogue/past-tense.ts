/**
 * Whether the name of an event says that something has happened, by its last word: `-ed`, an irregular participle, or
 * a Spanish one (`-ado`, `-ido`, `hecho`). A hint for whoever names it, never a rule: heuristics err.
 */

const IRREGULAR = new Set(
  `been begun bent bet bid bitten bled blown born borne bought bound bred broadcast broken brought built burnt burst
  cast caught chosen come cost cut dealt done drawn driven drunk eaten fallen fed felt fit flown forbidden forecast
  forgiven forgotten fought found frozen given gone got gotten ground grown heard held hidden hit hung hurt input kept
  known laid learnt led left lent let lit lost made meant met mistaken overdue overridden overrun paid proven put quit
  read rebuilt redone repaid reset resent resold rewritten ridden risen run said sat seen sent set shaken shot shown shut
  slept sold sought spent split spoken spread stolen stood struck stuck sunk swapped sworn swum taken taught thought
  thrown told torn understood undone unset unsent upheld upset withdrawn withheld won woken worn wound written`.split(
    /\s+/,
  ),
)
/** Words that end as a past tense does and are none. */
const NO_PAST = new Set(
  `bed bleed breed deed embed exceed feed heed hundred indeed need newsfeed proceed red reed seed shed sled speed succeed
  weed estado grado lado mercado partido recado sentido soldado sábado vestido ruido nido líquido ácido vado enunciado`.split(
    /\s+/,
  ),
)
const IRREGULAR_SPANISH =
  /^(des|re|pre|pro|im|ex|com|dis|sub|in|con|en|de|su|contra|sobre)*(hech|dich|vist|escrit|abiert|cubiert|puest|rot|vuelt|suelt|muert|impres|fri|provist|satisfech|inscrit|crit|electos?|elect)[oa]s?$/
const REGULAR_SPANISH = /([aeiou]|[^aeiou\s])(ad|id|íd)[oa]s?$/

/** The words of a name, in lower case: `TicketCreated`, `encounter.tmipw_expired` and `cita-cancelada` alike. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    // A version is no word of the name.
    .filter((word) => word !== '' && !/^v?\d+$/.test(word))

/** True when the last word of the name is a past participle, as far as endings tell. */
export function isPastTense(name: string): boolean {
  const last = wordsOf(name).at(-1)
  if (last === undefined || NO_PAST.has(last)) return false
  if (IRREGULAR.has(last) || IRREGULAR_SPANISH.test(last)) return true
  if (last.length > 4 && REGULAR_SPANISH.test(last)) return true
  return last.length > 3 && last.endsWith('ed')
}

export type Warning = { path: string; message: string }

/** What speaks against a name without forbidding it. */
export const nameWarnings = (name: string): Warning[] =>
  isPastTense(name)
    ? []
    : [
        {
          path: '/name',
          message: 'is not in the past tense: an event tells what happened, as in TicketCreated or cita.cancelada',
        },
      ]
