/** A sending rule as a sentence: "Cada noche, de 21:00 a 8:00, los avisos por push o correo … esperan hasta las 8:00." */
import type { Language } from '../../app/language.ts'
import { DAYS, type Day } from '../../calendars/openings.ts'
import { weekdays } from '../../flows/model/cron-words.ts'
import { durationWords } from '../../ui/durations.ts'
import { listFormat } from '../../ui/formatters.ts'
import { stateTexts } from '../state.texts.ts'
import { type Cap, type QuietHours, USUAL_CHANNELS } from './values.ts'

const both = (texts: readonly string[], language: Language) =>
  listFormat(language, { type: 'conjunction' }).format(texts)
const either = (texts: readonly string[], language: Language) =>
  listFormat(language, { type: 'disjunction' }).format(texts)
const quoted = (texts: readonly string[], language: Language) =>
  texts.map((text) => (language === 'es' ? `«${text}»` : `“${text}”`))

const time = (written: string) => written.replace(/^0/, '')
const clock = (written: string, language: Language) =>
  language === 'en' ? time(written) : `${/^0?1:/.test(written) ? 'la' : 'las'} ${time(written)}`

const by = ({ channels = [...USUAL_CHANNELS] }: Pick<QuietHours, 'channels'>, language: Language) =>
  either(
    channels.map((channel) => stateTexts[language][channel]),
    language,
  )

const isOverNight = ({ from, to }: QuietHours) => to <= from

export function dayWord(day: Day, language: Language): string {
  // There Sunday comes first.
  return weekdays(language)[(DAYS.indexOf(day) + 1) % 7] ?? day
}

function onDays({ days = [...DAYS], from, to }: QuietHours, language: Language): string {
  const es = language === 'es'
  if (days.length === DAYS.length) {
    const night = isOverNight({ from, to } as QuietHours) && from >= '18:00' && to <= '12:00'
    return es ? `Cada ${night ? 'noche' : 'día'}` : `Every ${night ? 'night' : 'day'}`
  }
  const chosen = DAYS.filter((day) => days.includes(day))
  const first = DAYS.indexOf(chosen[0] as Day)
  const names = chosen.map((day) => dayWord(day, language))
  if (chosen.length > 2 && chosen.every((day, i) => DAYS[first + i] === day))
    return es ? `De ${names[0]} a ${names.at(-1)}` : `${names[0]} to ${names.at(-1)}`
  const many = names.map((name) => (es ? name.replace(/([ao])$/, '$1s') : `${name}s`))
  return es ? `Los ${both(many, 'es')}` : `On ${both(many, 'en')}`
}

function between(hours: QuietHours, language: Language): string {
  const es = language === 'es'
  const { from, to, days } = hours
  if (from === '00:00' && to === '24:00') return es ? 'todo el día' : 'all day'
  const next = days !== undefined && isOverNight(hours) ? (es ? ' del día siguiente' : ' of the next day') : ''
  return es ? `de ${time(from)} a ${time(to)}${next}` : `from ${time(from)} to ${time(to)}${next}`
}

export function quietWords(hours: QuietHours, language: Language): string {
  const { categories = [], exceptCategories = [], action, to } = hours
  const when = `${onDays(hours, language)}${language === 'es' ? ', ' : ' '}${between(hours, language)}`
  const except = quoted(exceptCategories, language)
  if (language === 'es') {
    const of = categories.length === 0 ? '' : ` de ${either(quoted(categories, 'es'), 'es')}`
    const unless = `que no sean críticos${except.length === 0 ? '' : ` ni de ${either(except, 'es')}`}`
    const then = action === 'hold' ? `esperan hasta ${clock(to, 'es')}` : 'no se envían por ahí'
    return `${when}, los avisos${of} por ${by(hours, 'es')} ${unless} ${then}.`
  }
  const of = categories.length === 0 ? '' : ` of ${either(quoted(categories, 'en'), 'en')}`
  const unless = `unless they are critical${except.length === 0 ? '' : ` or of ${either(except, 'en')}`}`
  const then = action === 'hold' ? `wait until ${clock(to, 'en')}` : 'are not sent that way'
  return `${when}, notifications${of} by ${by(hours, 'en')} ${then}, ${unless}.`
}

export function capWords(cap: Cap, language: Language): string {
  const { most, per, categories = [], exceptCategories = [], first = [], action } = cap
  const length = durationWords({ iso: per, business: false }, language)
  const except = quoted(exceptCategories, language)
  const ahead = quoted(first, language)
  if (language === 'es') {
    const of = categories.length === 0 ? '' : ` de ${either(quoted(categories, 'es'), 'es')}`
    const then =
      action === 'drop'
        ? 'Lo que pase de ahí no se envía por ese canal.'
        : `Lo que pase de ahí espera a que haya lugar${ahead.length === 0 ? '' : `; primero ${both(ahead, 'es')}`}.`
    const passing = except.length === 0 ? 'Los críticos' : `Los críticos y los de ${both(except, 'es')}`
    return `Nadie recibe más de ${most} ${most === 1 ? 'aviso' : 'avisos'}${of} por ${by(cap, 'es')} en ${length}. ${then} ${passing} salen igual, y también cuentan.`
  }
  const of = categories.length === 0 ? '' : ` of ${either(quoted(categories, 'en'), 'en')}`
  const then =
    action === 'drop'
      ? 'What goes beyond is not sent by that channel.'
      : `What goes beyond waits until there is room${ahead.length === 0 ? '' : `, ${both(ahead, 'en')} first`}.`
  const passing = except.length === 0 ? 'Critical ones' : `Critical ones and those of ${both(except, 'en')}`
  return `Nobody gets more than ${most} ${most === 1 ? 'notification' : 'notifications'}${of} by ${by(cap, 'en')} in ${length}. ${then} ${passing} go out all the same, and count.`
}
