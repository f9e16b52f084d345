const strong = (tag: string): string => tag.trim().replace(/^W\//, '')

/**
 * Whether a header `If-Match` or `If-None-Match` names this version, or any (`*`). Weak tags are compared as strong ones, against
 * RFC 9110 §13.1.1: a proxy that compresses makes ours weak, and what is written back on it is the same version.
 */
export const namesTag = (given: string, tag: string): boolean =>
  given.split(',').some((one) => one.trim() === '*' || strong(one) === strong(tag))
