import type { Route } from '#platform/http/route.ts'

/**
 * The type already asks for a permission; this holds for tables put together at run time too.
 * @throws Error naming the route at fault
 */
export function checkRoutes(routes: readonly Route[]): void {
  const seen = new Set<string>()
  for (const { method, path, permission } of routes) {
    const name = `${method} ${path}`
    if (typeof permission !== 'string' || permission === ('' as string))
      throw new Error(`the route ${name} names no permission`)
    const shape = `${method} ${path.replace(/:\w+/g, ':')}`
    if (seen.has(shape)) throw new Error(`the route ${name} is there twice`)
    seen.add(shape)
  }
}

/** Routes of any method whose path fits: what a 405 needs to know. Not for the fast path. */
export const methodsAt = (routes: readonly Route[], path: string): readonly Route[] =>
  routes.filter((route) => pattern(route.path).test(path))

const pattern = (path: string): RegExp =>
  new RegExp(
    `^${path
      .split('/')
      .map((part) =>
        part
          .split(/(:\w+|\*)/)
          .map((piece) =>
            piece.startsWith(':') ? '[^/]+' : piece === '*' ? '.*' : piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
          )
          .join(''),
      )
      .join('/')}/?$`,
  )
