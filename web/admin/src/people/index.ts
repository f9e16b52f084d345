import { definePage } from '../app/page.ts'

export const people = definePage({ routes: [] })
