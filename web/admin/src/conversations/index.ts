import { definePage } from '../app/page.ts'

export const conversations = definePage({ routes: [] })
