import { definePage } from '../app/page.ts'

export const webhooks = definePage({ routes: [] })
