import { type ConnectionReaction, reasonText } from './reasons.ts'

/** The broker is away, or was lost before it confirmed: whether the message arrived is unknown; a later try may help. */
export class MqttAway extends Error {
  override readonly name = 'MqttAway'
  /** The connection ended with the message on it, which may be why: 3.1.1 knows no other refusal. */
  readonly cutOff: boolean
  constructor(message: string, { cutOff = false } = {}) {
    super(message)
    this.cutOff = cutOff
  }
}

/** The broker refused the message. */
export class MqttRefused extends Error {
  override readonly name = 'MqttRefused'
  readonly reasonCode: number
  constructor(reasonCode: number, topic: string) {
    super(`the broker refused a message to ${topic}: ${reasonText(reasonCode)}`)
    this.reasonCode = reasonCode
  }
}

/** A connection could not be made. */
export class ConnectFailed extends Error {
  override readonly name = 'ConnectFailed'
  readonly reaction: ConnectionReaction
  constructor(message: string, reaction: ConnectionReaction) {
    super(message)
    this.reaction = reaction
  }
}
