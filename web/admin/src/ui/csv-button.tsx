import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import type { ListPage } from '../api/pages.ts'
import { useTexts } from '../app/texts.ts'
import { toast, useAct } from './act.ts'
import { type CsvColumn, csvOf, placeOf } from './csv.ts'
import { save } from './save.ts'
import { uiTexts } from './texts.ts'

/** No more in one file: a browser has to hold them, and a spreadsheet to open them. */
const MOST = 20_000

/** All rows that the filters let through, page after page, as a file for a spreadsheet. */
export function CsvButton<T>(props: {
  /** Of the file, without its ending. */
  name: string
  columns: readonly CsvColumn<T>[]
  page: (cursor: string | undefined) => Promise<ListPage<T>>
}) {
  const { name, columns, page } = props
  const t = useTexts(uiTexts)
  const [count, setCount] = useState(0)
  const saving = useAct({
    act: async () => {
      const rows: T[] = []
      let cursor: string | undefined
      do {
        const { items, nextCursor } = await page(cursor)
        rows.push(...items)
        setCount(rows.length)
        cursor = nextCursor ?? undefined
      } while (cursor !== undefined && rows.length < MOST)
      save(`${name}.csv`, csvOf(rows, columns, placeOf(navigator.languages)), 'text/csv')
      toast(cursor === undefined ? t('csvDone', { count: rows.length }) : t('csvCut', { count: rows.length }))
    },
    after: () => setCount(0),
  })
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} />}
      disabled={saving.isPending}
      onClick={() => saving.mutate()}
    >
      {saving.isPending ? t('csvSaving', { count }) : t('csv')}
    </Button>
  )
}
