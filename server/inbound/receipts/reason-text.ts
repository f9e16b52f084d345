import { faultText } from '#events/index.ts'
import { askedInSpanish, type Known } from '#platform/asked-in-spanish.ts'
import { faultInSpanish } from '#platform/schema/in-spanish.ts'
import type { Sentence } from '#platform/sentence.ts'

/** Why a message was refused is kept in English; these are our sentences. A point ends none of them here. */
const SPANISH: Known = [
  [/^a header that proves who sends is missing$/, 'falta una cabecera que demuestre quién lo envía'],
  [
    /^the time of sending is too far from the time of receipt, or is none$/,
    'la hora de envío está demasiado lejos de la de llegada, o no lo es',
  ],
  [/^no valid secret gives this signature$/, 'ningún secreto vigente da esta firma'],
  [/^the token is none of those that are valid$/, 'el token no es ninguno de los vigentes'],
  [/^it came from an address that may not send$/, 'vino de una dirección que no puede enviar'],
  [/^the same message was taken when it came another time$/, 'el mismo mensaje ya se tomó cuando vino otra vez'],
  [
    /^The mapping gives no (\S+): (.*)$/s,
    (_, member, why) => `La transformación no da ${member}: ${askedInSpanish(why) ?? part(why)}`,
  ],
  [
    /^Events of the type (".*?") are refused: (.*)$/s,
    (_, type, why) => `Se rechazan los eventos de tipo ${type}: ${part(why)}`,
  ],
  [
    /^The schema of (".*?") does not allow this event: (.*)$/s,
    (_, type, why) => `El esquema de ${type} no permite este evento: ${part(why)}`,
  ],
  [/^(\d+) fields are not valid$/, '$1 campos no valen'],
  [
    /^The body (.*)$/s,
    (whole, why) => {
      const es = part(why)
      return es === why ? whole : `El contenido ${es}`
    },
  ],
]

/** A sentence of it, or a fault with its path (`/type is required`). */
function part(said: string): string {
  const bare = said.replace(/\.$/, '').replace(/^(\/\S*): /, '$1 ')
  const es = faultInSpanish(faultText(bare).es, SPANISH)
  return es === bare ? said : es
}

/** Why a message was refused, as people read it: a detail, and behind it the faults. */
export const reasonText = (reason: string): Sentence => ({
  en: reason,
  es: reason.split('; ').map(part).join('; '),
})
