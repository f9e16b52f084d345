import { definePage } from '../app/page.ts'

export const notifications = definePage({ routes: [] })
