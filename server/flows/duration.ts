export { addSpan, isoOf, parseDuration, type Span } from '#platform/duration.ts'
