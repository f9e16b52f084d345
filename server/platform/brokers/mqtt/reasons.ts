/** Reason codes of MQTT 5 and return codes of 3.1.1, and what a client does about them. */

const NAMES: Readonly<Record<number, string>> = {
  1: 'unacceptable protocol version',
  2: 'client id rejected',
  3: 'server unavailable',
  4: 'bad user name or password',
  5: 'not authorised',
  128: 'unspecified error',
  129: 'malformed packet',
  130: 'protocol error',
  131: 'implementation specific error',
  132: 'unsupported protocol version',
  133: 'client id not valid',
  134: 'bad user name or password',
  135: 'not authorised',
  136: 'server unavailable',
  137: 'server busy',
  138: 'banned',
  139: 'server shutting down',
  140: 'bad authentication method',
  141: 'keep alive timeout',
  142: 'session taken over',
  143: 'topic filter invalid',
  144: 'topic name invalid',
  145: 'packet identifier in use',
  147: 'receive maximum exceeded',
  148: 'topic alias invalid',
  149: 'packet too large',
  150: 'message rate too high',
  151: 'quota exceeded',
  152: 'administrative action',
  153: 'payload format invalid',
  154: 'retain not supported',
  155: 'QoS not supported',
  156: 'use another server',
  157: 'server moved',
  158: 'shared subscriptions not supported',
  159: 'connection rate exceeded',
  160: 'maximum connect time',
  161: 'subscription identifiers not supported',
  162: 'wildcard subscriptions not supported',
}

/** `not authorised (135)`. */
export const reasonText = (code: number): string => `${NAMES[code] ?? 'unknown reason'} (${code})`

/**
 * What follows from a refused or ended connection.
 * - `retry`: connect again, waiting longer each time.
 * - `slow`: a fault of one side that a new try meets again: only at the longest interval, never in a loop.
 * - `older`: the broker does not speak this version.
 * - `stop`: nothing changes until somebody changes something: no further try.
 */
export type ConnectionReaction = 'retry' | 'slow' | 'older' | 'stop'

const STOP = new Set([2, 4, 5, 133, 134, 135, 138, 140, 142])
const OLDER = new Set([1, 132])
const SLOW = new Set([129, 130, 147, 148, 149, 154, 155, 156, 157])

export function connectionReaction(code: number): ConnectionReaction {
  if (STOP.has(code)) return 'stop'
  if (OLDER.has(code)) return 'older'
  return SLOW.has(code) ? 'slow' : 'retry'
}

/** Refusals of a message that a second try meets again: the topic is forbidden or invalid, the message too large. */
const PERMANENT = new Set([135, 144, 149, 153, 154, 155])

export const isPermanentRefusal = (code: number): boolean => PERMANENT.has(code)

export const SHARED_REFUSED = 158
/** What a client of ours that keeps the limit of the broker itself says of a message that is over it. */
export const TOO_LARGE = 149
/** Accepted, and nobody is subscribed. */
export const NOBODY = 16
