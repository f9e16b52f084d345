import { api, body } from '../api/client.ts'

/** Gives the browser a flow as a file, with its cases. */
export async function downloadFlow(id: string, name: string): Promise<void> {
  const document = await body(api.GET('/api/v1/flows/{id}/export', { params: { path: { id } } }))
  const called = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const url = URL.createObjectURL(new Blob([JSON.stringify(document, null, 2)], { type: 'application/json' }))
  const link = Object.assign(window.document.createElement('a'), {
    href: url,
    download: `${called || 'flow'}.flow.json`,
  })
  link.click()
  URL.revokeObjectURL(url)
}
