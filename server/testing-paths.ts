import type { Route } from '#platform/http/route.ts'

type Get = (url: string) => Promise<{ status: number; body: unknown }>

/**
 * Finds what there is to ask for: of each route all paths, with the ids that the lists on the way to it show.
 * @param named ids that no list shows, by the path of the list they would stand in
 */
export function createPaths(get: Get, named: { readonly [list: string]: readonly string[] }) {
  /** Ids of what a list shows, by its path. */
  const known = new Map<string, readonly string[]>()

  async function idsAt(list: string): Promise<readonly string[]> {
    const found = known.get(list)
    if (found !== undefined) return found
    const { status, body } = await get(list)
    const items = Array.isArray(body) ? body : (body as { items?: unknown[] } | null)?.items
    const rows = (status === 200 ? (items ?? []) : []) as { [name: string]: unknown }[]
    const ids = rows.slice(0, 20).flatMap((row) => row.id ?? row.key ?? row.name ?? [])
    const all = [...(named[list] ?? []), ...ids.map((id) => encodeURIComponent(String(id)))]
    known.set(list, all)
    return all
  }

  return async ({ path: route }: Pick<Route, 'path'>): Promise<string[]> => {
    let paths = ['']
    for (const part of route.split('/').slice(1)) {
      if (!part.startsWith(':')) paths = paths.map((path) => `${path}/${part}`)
      else {
        const below = paths.map(async (path) => (await idsAt(path)).map((id) => `${path}/${id}`))
        paths = (await Promise.all(below)).flat()
      }
    }
    return paths
  }
}

/** Routes that answer a question and are done: what lasts tells of names and ids alone, and pages for people are no answers. */
export const answering = (routes: readonly Route[]): Route[] =>
  routes.filter(({ method, hidden, answerType }) => method === 'GET' && !hidden && answerType !== 'text/event-stream')
