const TIMEOUT_MS = 30_000

/** The public API of a running Cauce. Each call throws an Error that says what the server answered. */
export type Api = {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
  put<T>(path: string, body: unknown): Promise<T>
}

type Problem = { detail?: string; errors?: { path: string; message: string }[] }

export function apiOf(url: string, key: string): Api {
  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: Error) => {
      throw new Error(`${url} does not answer: ${(error.cause as Error | undefined)?.message ?? error.message}`)
    })
    const read = (await answer.json().catch(() => ({}))) as T & Problem
    if (answer.ok) return read
    const faults = (read.errors ?? []).map((fault) => `\n    ${fault.path} ${fault.message}`).join('')
    throw new Error(`${method} ${path} answered ${answer.status} ${read.detail ?? ''}${faults}`)
  }
  return {
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    put: (path, body) => ask('PUT', path, body),
  }
}
