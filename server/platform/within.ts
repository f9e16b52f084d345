/** @throws Error saying `late` when nothing has come of it by then */
export async function within<T>(asked: Promise<T>, limitMs: number, late: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(late)), limitMs)
  })
  try {
    return await Promise.race([asked, limit])
  } finally {
    clearTimeout(timer)
  }
}

/** Resolves when it is done, has failed, or takes too long. */
export async function settledWithin(asked: Promise<unknown>, limitMs: number): Promise<void> {
  await within(asked, limitMs, 'it takes too long').catch(() => {})
}
