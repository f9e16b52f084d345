/** A way in with a body that it takes. `{flow}` in a path is the id of a flow, `{encounter}` of an encounter. */
export type Door = {
  method: 'POST' | 'PUT' | 'PATCH' | 'GET' | 'DELETE'
  path: string
  /** Absent: the door takes none. */
  body?: unknown
  type?: string
  headers?: Readonly<Record<string, string>>
}

/** An id that nothing has. */
export const NOBODY = '00000000-0000-4000-8000-000000000001'
export const URL_OUTSIDE = 'https://example.com/hook'
