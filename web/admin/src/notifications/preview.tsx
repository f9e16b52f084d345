import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { Mark } from '../app/mark.tsx'
import { useTexts } from '../app/texts.ts'
import { When } from '../ui/when.tsx'
import { EmailFrame } from './email-frame.tsx'
import classes from './preview.module.css'
import type { Channel } from './state.tsx'
import { notificationTexts } from './texts.ts'

export type Said = {
  channel: Channel
  title: string | null
  body: string
  html?: string | null
  to?: string | null
  at?: string | null
  read?: boolean
}

/** A message as its receiver sees it: on the lock screen, in the mail program, in the inbox. */
export function Preview(said: Said) {
  if (said.channel === 'email') return <Email {...said} />
  return said.channel === 'push' ? <Push {...said} /> : <InboxEntry {...said} />
}

function Push({ title, body, at }: Said) {
  const t = useTexts(notificationTexts)
  return (
    <div className={classes.push}>
      <span className={classes.mark}>
        <Mark size={20} />
      </span>
      <strong>{title ?? 'Cauce'}</strong>
      <small>{at ? <When at={at} /> : t('pushFrom')}</small>
      <p>{body}</p>
    </div>
  )
}

export function InboxEntry({ title, body, at, read }: Said) {
  const t = useTexts(notificationTexts)
  return (
    <div className={classes.inbox} data-read={read || undefined}>
      {read ? <span /> : <span className={classes.dot} role="img" aria-label={t('unread')} />}
      <strong>{title ?? body}</strong>
      <small>{at ? <When at={at} /> : t('pushFrom')}</small>
      {title !== null && <p>{body}</p>}
    </div>
  )
}

function Email({ title, body, html, to }: Said) {
  const t = useTexts(notificationTexts)
  const [form, setForm] = useState<'html' | 'text'>('html')
  const formatted = html != null && html !== '' && form === 'html'
  return (
    <div className={classes.email}>
      <div className={classes.emailHead}>
        <b>{title}</b>
        {to && (
          <span>
            {t('emailTo')} {to}
          </span>
        )}
      </div>
      {html != null && html !== '' && (
        <div className={classes.switch}>
          <SegmentedControl
            size="xs"
            aria-label={t('emailFrame')}
            data={[
              { value: 'html', label: t('asHtml') },
              { value: 'text', label: t('asText') },
            ]}
            value={form}
            onChange={(value) => setForm(value as 'html' | 'text')}
          />
        </div>
      )}
      {formatted ? <EmailFrame html={html} title={t('emailFrame')} /> : <pre className={classes.text}>{body}</pre>}
    </div>
  )
}
