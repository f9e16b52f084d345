export type Said = { title: string | null; body: string; html: string | null }

/** Which of its texts a version changed of the one before it. */
export const changedTexts = (one: Said, before: Said): (keyof Said)[] =>
  (['title', 'body', 'html'] as const).filter((name) => one[name] !== before[name])
