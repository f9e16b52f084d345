import { definePage } from '../app/page.ts'

export const overview = definePage({ routes: [] })
