import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTexts } from '../app/texts.ts'
import classes from './copy.module.css'
import { uiTexts } from './texts.ts'

/** Takes `value` to the clipboard. */
export function Copy({ value, what }: { value: string; what?: string }) {
  const t = useTexts(uiTexts)
  return (
    <CopyButton value={value} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('copied') : (what ?? t('copy'))}>
          <ActionIcon size="sm" onClick={copy} aria-label={copied ? t('copied') : (what ?? t('copy'))}>
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  )
}

/** The two ends of an id: enough to tell it from others. */
export const shortId = (id: string): string => (id.length > 16 ? `${id.slice(0, 6)}…${id.slice(-6)}` : id)

/** An id, short; the whole is one click away. */
export function CopyId({ id }: { id: string }) {
  const t = useTexts(uiTexts)
  return (
    <span className={classes.id}>
      <code title={id}>{shortId(id)}</code>
      <Copy value={id} what={t('copyId')} />
    </span>
  )
}

/** Text of machines, as it is: an address, a key, a template. */
export function Code({ children, copy = true, wrap = false }: { children: string; copy?: boolean; wrap?: boolean }) {
  return (
    <div className={classes.code}>
      <pre data-wrap={wrap || undefined}>
        <code>{children}</code>
      </pre>
      {copy && (
        <span className={classes.corner}>
          <Copy value={children} />
        </span>
      )}
    </div>
  )
}
