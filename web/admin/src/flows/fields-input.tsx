import { ActionIcon, Button, Input, JsonInput, Stack, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTexts } from '../app/texts.ts'
import { jsonIn } from '../ui/json-text.ts'
import { MONO } from '../ui/mono.ts'
import classes from './fields-input.module.css'
import type { Data, Json } from './model/graph.ts'
import { flowTexts } from './texts.ts'

/** A field as it is being written. What it was stays what it is: a number typed anew is a number. */
type Row = { readonly name: string; readonly text: string; readonly kind: 'text' | 'number' | 'yes' | 'json' | 'new' }

const rowOf = ([name, value]: [string, Json]): Row => {
  if (typeof value === 'string') return { name, text: value, kind: 'text' }
  if (typeof value === 'number') return { name, text: String(value), kind: 'number' }
  if (typeof value === 'boolean') return { name, text: String(value), kind: 'yes' }
  return { name, text: JSON.stringify(value, null, 2), kind: 'json' }
}

/** What a row says; undefined: not yet anything. */
function readRow({ text, kind }: Row): Json | undefined {
  if (kind === 'text') return text
  if (kind === 'json') return jsonIn(text) as Json | undefined
  // Who writes a list or an object means one.
  if (kind === 'new' && /^\s*[[{]/.test(text)) return jsonIn(text) as Json | undefined
  const isNumber = text.trim() !== '' && String(Number(text)) === text.trim()
  if (isNumber && kind !== 'yes') return Number(text)
  return text === 'true' ? true : text === 'false' ? false : text
}

/** One without a name and without a value is only about to be written. */
const isNamed = ({ name, text }: Row): boolean => name.trim() !== '' || text.trim() === ''

const isTwice = (rows: readonly Row[], i: number): boolean => {
  const name = rows[i]?.name.trim() ?? ''
  return name !== '' && rows.some((row, j) => j < i && row.name.trim() === name)
}

const dataOf = (rows: readonly Row[]): Data =>
  Object.fromEntries(
    rows.flatMap((row) => {
      const value = readRow(row)
      return row.name.trim() === '' || value === undefined ? [] : [[row.name.trim(), value] as const]
    }),
  )

/**
 * The data of an event, or of whatever else has fields: a line for each, its name and what it says.
 * @param onChange `isWhole`: every line says something; else those that do not are left out
 */
export function FieldsInput({
  label,
  help,
  value,
  error,
  onChange,
}: {
  label: string
  help?: string
  value: Data
  error?: ReactNode
  onChange: (value: Data, isWhole: boolean) => void
}) {
  const t = useTexts(flowTexts)
  const [rows, setRows] = useState(() => Object.entries(value).map(rowOf))
  const own = useRef(value)
  useEffect(() => {
    if (JSON.stringify(value) === JSON.stringify(own.current)) return
    own.current = value
    setRows(Object.entries(value).map(rowOf))
  }, [value])
  const put = (next: readonly Row[]) => {
    setRows([...next])
    own.current = dataOf(next)
    onChange(
      own.current,
      next.every((row, i) => isNamed(row) && readRow(row) !== undefined && !isTwice(next, i)),
    )
  }
  const change = (i: number, changes: Partial<Row>) =>
    put(rows.map((row, j) => (i === j ? { ...row, ...changes } : row)))
  return (
    <Input.Wrapper label={label} description={help} error={error} labelElement="div">
      <Stack gap={6} mt={4} role="group" aria-label={label}>
        {rows.map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is known by its place
          <div key={i} className={classes.row}>
            <TextInput
              aria-label={t('fieldName')}
              placeholder={t('fieldName')}
              styles={MONO}
              value={row.name}
              error={isTwice(rows, i) ? t('fieldTwice') : undefined}
              onChange={({ currentTarget }) => change(i, { name: currentTarget.value })}
            />
            {row.kind === 'json' ? (
              <JsonInput
                aria-label={row.name || t('fieldValue')}
                autosize
                minRows={1}
                maxRows={8}
                styles={MONO}
                value={row.text}
                error={jsonIn(row.text) === undefined ? t('notJsonYet') : undefined}
                onChange={(text) => change(i, { text })}
              />
            ) : (
              <TextInput
                aria-label={row.name || t('fieldValue')}
                placeholder={t('fieldValue')}
                value={row.text}
                error={readRow(row) === undefined ? t('notJsonYet') : undefined}
                onChange={({ currentTarget }) => change(i, { text: currentTarget.value })}
              />
            )}
            <ActionIcon
              aria-label={t('fieldRemove', { name: row.name })}
              mt={4}
              onClick={() => put(rows.filter((_row, j) => j !== i))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </div>
        ))}
        <div>
          <Button
            size="compact-xs"
            variant="light"
            leftSection={<IconPlus size={14} />}
            onClick={() => put([...rows, { name: '', text: '', kind: 'new' }])}
          >
            {t('fieldAdd')}
          </Button>
        </div>
      </Stack>
    </Input.Wrapper>
  )
}
