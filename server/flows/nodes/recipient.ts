import type { Compiler } from '#flows/node-definition.ts'
import { StepFault } from '#flows/node-kind.ts'
import type { Text } from '#flows/texts.ts'
import { isEmail } from '#platform/email-address.ts'

const meantAsEmail = (to: string): boolean => to.includes('@') && !isEmail(to)

/** A fault where what is written there can never be an e-mail address, though it is meant as one. */
export function checkEmail(compiler: Compiler, path: string, made: Text): void {
  if (typeof made === 'string' && meantAsEmail(made.trim())) {
    compiler.fault(path, { en: 'must be an e-mail address', es: 'debe ser una dirección de correo' })
  }
}

/**
 * A text with an @ is meant as an e-mail address; what is none would go out as a push, to a device of that name.
 * @throws StepFault
 */
export function assertEmail(to: string): void {
  if (meantAsEmail(to)) throw new StepFault('what it gives as an e-mail address is none')
}
