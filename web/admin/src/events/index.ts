import { definePage } from '../app/page.ts'

export const events = definePage({ routes: [] })
