import { api, body } from '../api/client.ts'
import { plain } from '../ui/plain.ts'
import { save } from '../ui/save.ts'

/** Gives the browser a flow as a file, with its cases. */
export async function downloadFlow(id: string, name: string): Promise<void> {
  const document = await body(api.GET('/api/v1/flows/{id}/export', { params: { path: { id } } }))
  const called = plain(name)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  save(`${called || 'flow'}.flow.json`, JSON.stringify(document, null, 2), 'application/json')
}

/** Makes another flow of the draft of one, with its cases. */
export async function copyFlow(id: string, named: (name: string) => string): Promise<{ id: string }> {
  const { id: _id, ...document } = await body(api.GET('/api/v1/flows/{id}/export', { params: { path: { id } } }))
  const copy = { ...document, name: named(document.name ?? '').slice(0, 200) }
  return body(api.POST('/api/v1/flows/import', { body: copy as never }))
}
