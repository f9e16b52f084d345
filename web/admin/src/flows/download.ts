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
