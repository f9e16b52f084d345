/** What would break out of a header or an SMTP command, or name a second person, stands in neither part. */
const WORD = String.raw`[^\s@<>(),;:"[\]\\.\p{Cc}]`
const WORDS = String.raw`${WORD}+(?:\.${WORD}+)*`
const EMAIL = new RegExp(`^(?=[^@]{1,64}@[^@]{1,190}$)${WORDS}@${WORDS}$`, 'u')

/** True of a text that can be the recipient of one e-mail: one @, no empty words, lengths as RFC 5321 bounds them. */
export const isEmail = (text: string): boolean => EMAIL.test(text)
