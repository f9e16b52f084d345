import { definePage } from '../app/page.ts'

export const flows = definePage({ routes: [] })
