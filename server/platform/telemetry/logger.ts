import { type DestinationStream, type Logger, pino } from 'pino'

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Fields whose values never reach a log, at the top and one level down. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'secrets',
  'token',
  'apiKey',
  'credential',
  'signature',
  'email',
  'phone',
  'body',
]

/**
 * JSON lines with `time`, `level`, `msg` and, where they are known, `traceId`, `tenantId`, `eventId`. Values that
 * must not be written down are replaced; pass ids, never bodies.
 */
export function createLogger(options: { level: LogLevel; destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: { service: 'cauce' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
      serializers: { err: describeError },
    },
    options.destination,
  )
}

type Described = { type: string; message: string; code?: string; stack?: string; cause?: Described }

/**
 * What an error says of itself. The other fields of PostgreSQL's errors (`detail`, `where`, `parameters`) quote
 * rows and are left out.
 */
function describeError(error: unknown): Described {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { code } = error as { code?: unknown }
  return {
    type: error.name,
    message: error.message,
    ...(code === undefined ? {} : { code: String(code) }),
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause === undefined || error.cause === null ? {} : { cause: describeError(error.cause) }),
  }
}
