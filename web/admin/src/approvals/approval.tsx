import { Anchor, Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body } from '../api/client.ts'
import type { operations } from '../api/schema.d.ts'
import { useCan, useSession } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useContact } from '../people/contact-query.ts'
import { useAct } from '../ui/act.ts'
import { Actor } from '../ui/actor.tsx'
import { Facts } from '../ui/facts.tsx'
import { StateBadge, type Tone } from '../ui/state-badge.tsx'
import { When } from '../ui/when.tsx'
import { approvalsTexts } from './texts.ts'

export type Approval = operations['getApprovals']['responses'][200]['content']['application/json']['items'][number]

const TONES: Record<Approval['status'], Tone> = {
  pending: 'warm',
  approved: 'good',
  rejected: 'bad',
  expired: 'quiet',
  withdrawn: 'quiet',
}

export function ApprovalState({ status }: Pick<Approval, 'status'>) {
  const t = useTexts(approvalsTexts)
  return <StateBadge tone={TONES[status]}>{t(status)}</StateBadge>
}

/** Who has to answer: a user by their name, or an address. */
export function Asked({ of: { to } }: { of: Approval }) {
  return 'userId' in to ? <Actor actor={`user:${to.userId}`} /> : <bdi>{to.address}</bdi>
}

/** A question with what it is about, and while it waits the answer of who was asked. */
export function ApprovalDetail({ approval }: { approval: Approval }) {
  const t = useTexts(approvalsTexts)
  const can = useCan()
  const me = useSession().user?.id
  const contact = useContact(approval.contactId)
  const { to, status, flowId, runId, encounterId, contactId, askedAt, expiresAt, decidedAt, decidedBy, note } = approval
  // As the program judges it: what a user was asked is for them, or for who may change flows.
  const isMine = !('userId' in to) || to.userId === me || can('flows:write')
  return (
    <Stack gap="md">
      <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{approval.text}</Text>
      <Facts
        facts={[
          [t('state'), <ApprovalState key="state" status={status} />],
          [t('asked'), <Asked key="asked" of={approval} />],
          [t('when'), <When key="when" at={askedAt} />],
          [
            t('expires'),
            expiresAt === null || status !== 'pending' ? undefined : <When key="expires" at={expiresAt} />,
          ],
          [
            t('person'),
            contactId === null ? undefined : (
              <Anchor
                key="person"
                size="sm"
                renderRoot={(root) => <Link to="/people" search={{ selected: contactId }} {...root} />}
              >
                <bdi>{contact.data?.name ?? contactId}</bdi>
              </Anchor>
            ),
          ],
          [
            t('conversation'),
            encounterId === null ? undefined : (
              <Anchor
                key="conversation"
                size="sm"
                renderRoot={(root) => <Link to="/conversations" search={{ selected: encounterId }} {...root} />}
              >
                {t('conversationLink')}
              </Anchor>
            ),
          ],
          [
            t('run'),
            can('flows:read') ? (
              <Anchor
                key="run"
                size="sm"
                renderRoot={(root) => (
                  <Link to="/flows/$flowId/runs" params={{ flowId }} search={{ selected: runId }} {...root} />
                )}
              >
                {t('runLink')}
              </Anchor>
            ) : undefined,
          ],
          [t('decided'), decidedBy === null ? undefined : <Actor key="by" actor={decidedBy} />],
          [
            t(decidedBy === null ? 'closedAt' : 'decidedAt'),
            decidedAt === null ? undefined : <When key="decided" at={decidedAt} />,
          ],
          [t('note'), note === null ? undefined : <bdi key="note">{note}</bdi>],
        ]}
      />
      {status === 'pending' &&
        can('approvals:decide') &&
        (isMine ? (
          <Answer id={approval.id} />
        ) : (
          <Text size="sm" c="dimmed">
            {t('notYours')}
          </Text>
        ))}
    </Stack>
  )
}

function Answer({ id }: { id: string }) {
  const t = useTexts(approvalsTexts)
  const [note, setNote] = useState('')
  const deciding = useAct({
    act: (verb: 'approve' | 'reject') => {
      const said = { params: { path: { id } }, body: note.trim() === '' ? {} : { note: note.trim() } }
      return body(
        verb === 'approve'
          ? api.POST('/api/v1/approvals/{id}/approve', said)
          : api.POST('/api/v1/approvals/{id}/reject', said),
      )
    },
    done: (_, verb) => t(verb === 'approve' ? 'doneApproved' : 'doneRejected'),
    refresh: [['approvals'], ['flows']],
  })
  const button = (verb: 'approve' | 'reject') => ({
    loading: deciding.isPending && deciding.variables === verb,
    disabled: deciding.isPending && deciding.variables !== verb,
    onClick: () => deciding.mutate(verb),
  })
  return (
    <Stack gap="sm">
      <Textarea
        label={t('note')}
        description={t('noteAbout')}
        autosize
        minRows={2}
        maxLength={2_000}
        value={note}
        onChange={({ currentTarget: { value } }) => setNote(value)}
      />
      <Group gap="xs">
        <Button {...button('approve')}>{t('approve')}</Button>
        <Button variant="default" {...button('reject')}>
          {t('reject')}
        </Button>
      </Group>
    </Stack>
  )
}
