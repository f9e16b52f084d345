import { StepFault } from '#flows/node-kind.ts'
import { isEmail } from '#platform/email-address.ts'

/**
 * A text with an @ is meant as an e-mail address; what is none would go out as a push, to a device of that name.
 * @throws StepFault
 */
export function assertEmail(to: string): void {
  if (to.includes('@') && !isEmail(to)) throw new StepFault('what it gives as an e-mail address is none')
}
