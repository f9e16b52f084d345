import { IconBell, IconInbox, IconMail, IconMessage } from '@tabler/icons-react'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import { EmailFrame } from '../notifications/email-frame.tsx'
import classes from './message-preview.module.css'
import { channelWord } from './model/sentences.ts'
import { flowTexts } from './texts.ts'

const ICONS = { push: IconBell, email: IconMail, inbox: IconInbox, chat: IconMessage }

/** A message as its receiver sees it: a push on a phone, an e-mail, a line in the inbox, a bubble in the chat. */
export function MessagePreview({
  channel,
  title,
  body,
  html,
  from,
}: {
  channel: string
  title?: string | null | undefined
  body?: string | null | undefined
  html?: string | null | undefined
  /** What stands where the sender's name is. */
  from?: string
}) {
  const t = useTexts(flowTexts)
  const language = useLanguage()
  const kind = channel in ICONS ? (channel as keyof typeof ICONS) : 'inbox'
  const Glyph = ICONS[kind]
  const text = body?.trim() ?? ''
  if (kind === 'chat') return <div className={classes.chat}>{text}</div>
  return (
    <figure className={classes.card} data-channel={kind}>
      <figcaption>
        <Glyph size={15} stroke={1.8} aria-hidden />
        <span>{channelWord(kind, language)}</span>
        <span className={classes.from}>{from ?? t('nowWord')}</span>
      </figcaption>
      {title && <div className={classes.title}>{title}</div>}
      {kind === 'email' && html ? (
        <EmailFrame html={html} title={title ?? channelWord(kind, language)} />
      ) : (
        <div className={classes.body}>{text}</div>
      )}
    </figure>
  )
}
