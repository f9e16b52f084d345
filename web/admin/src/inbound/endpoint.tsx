import { Button, Group, Stack, Text, Textarea, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body } from '../api/client.ts'
import { useCan } from '../app/session.ts'
import { useTexts } from '../app/texts.ts'
import { useAct } from '../ui/act.ts'
import { curl } from '../ui/call-sample.ts'
import { ConfirmAct } from '../ui/confirm-act.tsx'
import { Code } from '../ui/copy.tsx'
import { PageError } from '../ui/error-state.tsx'
import { Facts } from '../ui/facts.tsx'
import { Folded } from '../ui/folded.tsx'
import { Json } from '../ui/json.tsx'
import { jsonOrText } from '../ui/json-text.ts'
import { PageHead } from '../ui/page-head.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { Waiting } from '../ui/waiting.tsx'
import { EndpointDialogue, PROOFS } from './form.tsx'
import { Receipts } from './receipts.tsx'
import { EndpointState, type InboundEndpoint } from './state.tsx'
import { inboundTexts } from './texts.ts'

/** One endpoint: its address and proof, a try, and what came to it. */
export function Endpoint() {
  const t = useTexts(inboundTexts)
  const { id } = useParams({ from: '/shell/settings/inbound/$id' })
  const asked = useQuery({
    queryKey: ['inbound', 'one', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/inbound-endpoints/{id}', { params: { path: { id } }, signal })),
  })
  const above = <Link to="/settings/inbound">{t('title')}</Link>
  if (asked.isPending) return <Waiting />
  if (asked.isError)
    return <PageError error={asked.error} retry={() => asked.refetch()} gone={t('noneSuch')} above={above} />
  const it = asked.data
  return (
    <>
      <PageHead title={it.name} above={above} actions={<Acts endpoint={it} />} />
      <Stack gap="lg">
        <Facts
          facts={[
            [t('state'), <EndpointState key="state" enabled={it.enabled} />],
            [t('url'), it.url ? <Code key="url">{it.url}</Code> : t('urlHidden')],
            [t('proof'), t(PROOFS[it.verification.kind])],
            [t('header'), 'header' in it.verification ? <code key="header">{it.verification.header}</code> : undefined],
            [t('type'), it.event?.type ?? it.event?.typeFrom],
          ]}
        />
        <Sample endpoint={it} />
        <Try id={id} />
        <Receipts endpoint={id} />
      </Stack>
    </>
  )
}

function Acts({ endpoint }: { endpoint: InboundEndpoint }) {
  const t = useTexts(inboundTexts)
  const may = useCan()('inbound:write')
  const navigate = useNavigate()
  const [changing, change] = useDisclosure()
  const [secret, setSecret] = useState<string | null>(null)
  const { id, name, verification } = endpoint
  const params = { path: { id } }
  if (!may) return null
  return (
    <>
      <Button variant="default" onClick={change.open}>
        {t('change')}
      </Button>
      <ConfirmAct
        label={t('rotate')}
        title={t('rotateAsk', { name })}
        consequence={t('rotateAbout')}
        confirm={t('rotate')}
        act={() => body(api.POST('/api/v1/inbound-endpoints/{id}/rotate-secret', { params, body: {} }))}
        done={t('rotated')}
        after={(answer) => setSecret(answer.url ?? answer.secret ?? null)}
      />
      <ConfirmAct
        label={t('remove')}
        button={{ variant: 'subtle', color: 'red' }}
        title={t('removeAsk', { name })}
        consequence={t('removeAbout')}
        confirm={t('remove')}
        danger
        act={() => api.DELETE('/api/v1/inbound-endpoints/{id}', { params })}
        done={t('removed')}
        refresh={[['inbound', 'list']]}
        after={() => navigate({ to: '/settings/inbound' })}
      />
      {changing && <EndpointDialogue endpoint={endpoint} close={change.close} />}
      <ShownOnce
        secret={secret}
        about={t(verification.kind === 'secret-path' ? 'urlOnce' : 'secretOnce', { name })}
        close={() => setSecret(null)}
      />
    </>
  )
}

/** How the other system calls it, where no signature has to be worked out; the proof has its place. */
function Sample({ endpoint: { url, verification } }: { endpoint: InboundEndpoint }) {
  const t = useTexts(inboundTexts)
  const isToken = verification.kind === 'token'
  if (!isToken && verification.kind !== 'secret-path') return null
  const header = isToken ? (verification.header ?? 'Authorization') : undefined
  const proof = header === undefined ? [] : [`${header}: ${isToken ? (verification.prefix ?? '') : ''}$CAUCE_TOKEN`]
  return (
    <Folded title={t('sample')}>
      <Code wrap>{curl('POST', url ?? `${location.origin}/in/…`, proof, '{"id": "1"}')}</Code>
    </Folded>
  )
}

/** What would become of a message; nothing is stored. */
function Try({ id }: { id: string }) {
  const t = useTexts(inboundTexts)
  const [text, setText] = useState('{}')
  const trying = useAct({
    act: () =>
      body(
        api.POST('/api/v1/inbound-endpoints/{id}/test', {
          params: { path: { id } },
          body: { message: { body: jsonOrText(text) } },
        }),
      ),
  })
  return (
    <section aria-label={t('test')}>
      <Stack gap="xs">
        <Title order={2} size="h3">
          {t('test')}
        </Title>
        <Textarea
          label={t('testBody')}
          description={t('testAbout')}
          autosize
          minRows={2}
          maxRows={12}
          maw={720}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Group>
          <Button variant="default" loading={trying.isPending} onClick={() => trying.mutate()}>
            {t('testDo')}
          </Button>
        </Group>
        {trying.data && (
          <div role="status">
            <Text fw={500}>{t('testResult', { count: trying.data.events.length })}</Text>
            {trying.data.events.map((event, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name
              <Json key={i} value={event} />
            ))}
          </div>
        )}
      </Stack>
    </section>
  )
}
