import { Alert, Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { api, body, type Schema } from '../api/client.ts'
import { newKey } from '../api/new-key.ts'
import { useSession } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useAct } from '../ui/act.ts'
import { useSentence } from '../ui/error-state.tsx'
import classes from './composer.module.css'
import { conversationTexts } from './texts.ts'

const begun = new Map<string, string>()

/** What was begun in which conversation, while the tab is open: to look elsewhere, or to load anew, loses nothing. */
const drafts = {
  get: (key: string): string => begun.get(key) ?? sessionStorage.getItem(key) ?? '',
  set(key: string, text: string) {
    begun.set(key, text)
    try {
      sessionStorage.setItem(key, text)
    } catch {
      // No room left there: only loading anew loses it.
    }
  },
}

/** Characters of a message, as the program counts them. */
const LONGEST = 32_000
/** Spaces, and what takes no place at all. */
const UNSEEN = /[\s\p{Cf}]/gu

/** Writes as an agent. What could not be sent stays. */
export function Composer({ conversation: { id, status } }: { conversation: Schema<'Encounter'> }) {
  const t = useTexts(conversationTexts)
  const sentence = useSentence()
  // Whoever signs in next in this tab does not write on.
  const draft = `cauce.draft.${useSession().user?.id}.${id}`
  const [text, setText] = useState(() => drafts.get(draft))
  const type = (value: string) => {
    setText(value)
    drafts.set(draft, value)
  }
  const sending = useAct({
    act: (said: { text: string; key: string }) =>
      body(
        api.POST('/api/v1/encounters/{id}/messages', {
          // A try whose answer was lost and its repeat are one message.
          params: { path: { id }, header: { 'Idempotency-Key': said.key } },
          body: { from: 'agent', text: said.text },
        }),
      ),
    quiet: true,
    refresh: [
      ['conversations', 'story', id],
      ['conversations', 'one', id],
    ],
    // What was typed on while it was on its way is the next message.
    after: (_, { text: sent }) => {
      const now = drafts.get(draft).trimStart()
      if (now.startsWith(sent)) type(now.slice(sent.length).trimStart())
    },
  })
  if (status === 'closed')
    return (
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          {t('closedCannotWrite')}
        </Text>
        {text.trim() !== '' && <Textarea label={t('notSent')} readOnly autosize maxRows={8} value={text} />}
      </Stack>
    )
  const isSaying = text.replace(UNSEEN, '') !== ''
  const over = text.trim().length - LONGEST
  const failed = sending.isError ? sending.variables : undefined
  const send = () => {
    const said = text.trim()
    if (!isSaying || over > 0 || sending.isPending) return
    sending.mutate({ text: said, key: failed?.text === said ? failed.key : newKey() })
  }
  return (
    <form
      className={classes.composer}
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {sending.error && (
        <Alert color="red" role="alert">
          {t('unsent', { why: sentence(sending.error) })}
        </Alert>
      )}
      <Textarea
        aria-label={t('write')}
        placeholder={t('writePlaceholder')}
        autosize
        minRows={2}
        maxRows={8}
        error={over > 0 ? t('tooLong', { count: over }) : undefined}
        value={text}
        onChange={({ currentTarget: { value } }) => type(value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          send()
        }}
      />
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed" visibleFrom="sm">
          {t('sendHint')}
        </Text>
        <Button type="submit" loading={sending.isPending} disabled={!isSaying || over > 0} ml="auto">
          {t('send')}
        </Button>
      </Group>
    </form>
  )
}
