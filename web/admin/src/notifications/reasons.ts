/** Why a notification was or was not sent: what the program notes in English, as a key of texts with its values. */

export type Reason = { key: ReasonKey; values: Record<string, string> }

/** Every note that the program can make of its own accord, and what is named in it. */
const KNOWN = [
  [/^the same as (?<id>\S+)$/, 'duplicate'],
  [/^the encounter is closed$/, 'closed'],
  [/^the person came back$/, 'cameBack'],
  [/^somebody took the conversation up$/, 'takenUp'],
  [/^nobody of that id is known$/, 'unknownPerson'],
  [/^the link leads to the conversation of a contact,/, 'linkOfContact'],
  [/^the link leads to the conversation of another contact$/, 'linkOfAnother'],
  [/^the link is no absolute URL/, 'badLink'],
  [/^(?<channel>push|email|inbox) is not set up$/, 'notSetUp'],
  [/^an address has no inbox$/, 'noInbox'],
  [/^no (?<channel>push|email) address$/, 'noAddress'],
  [/^it has no address$/, 'noAddressLeft'],
  [/^no channel is left$/, 'noChannel'],
  [/^template (?<template>.+) has no text for (?<channel>push|email|inbox)$/, 'noText'],
  [/^the text cannot be written: a push carries at most (?<most>\d+) characters$/, 'pushTooLong'],
  [/^the text cannot be written: the text is empty$/, 'textEmpty'],
  [/^the text cannot be written: undefined variable: (?<name>\S+)/, 'noValue'],
  [/^the text cannot be written: (?<why>[\s\S]*)$/, 'cannotWrite'],
  [/^waits for its time$/, 'waits'],
  [/^quiet hours: (?<rule>.+)$/, 'quiet'],
  [/^cap reached: (?<rule>.+) \((?<most>\d+) in (?<per>P\S+)\)$/, 'cap'],
  [/^no time left: quiet hours: (?<rule>.+)$/, 'noTimeQuiet'],
  [/^no time left: cap reached: (?<rule>.+) \((?<most>\d+) in (?<per>P\S+)\)$/, 'noTimeCap'],
  [/^the run that asked for it went on without it$/, 'runOver'],
  [/^the run that asked for it was ended$/, 'runEnded'],
  [/^the version of its flow that asked for it was taken back$/, 'takenBack'],
  [/^called off by (?<who>\S+)$/, 'calledOffBy'],
  [/^the notification was called off$/, 'calledOff'],
  [/^the receiver answered (?<status>\d{3})$/, 'answered'],
  [/^no answer within (?<seconds>[\d.]+) s$/, 'noAnswer'],
  [/^the mail server refused the login of SMTP_URL$/, 'smtpLogin'],
  [/^the channel gave no reason$/, 'noReason'],
] as const satisfies readonly (readonly [RegExp, string])[]

export type ReasonKey = (typeof KNOWN)[number][1] | 'other'

/** Quiet hours and caps: what they stop was not needless. */
const OF_RULES: ReadonlySet<ReasonKey> = new Set(['quiet', 'cap', 'noTimeQuiet', 'noTimeCap'])
export const isOfRules = (noted: string): boolean => OF_RULES.has(reasonOf(noted).key)

export function reasonOf(noted: string): Reason {
  for (const [pattern, key] of KNOWN) {
    const found = pattern.exec(noted)
    if (found !== null) return { key, values: { ...found.groups } }
  }
  return { key: 'other', values: { noted } }
}
