import { ActionIcon, Button, Group, Menu, Popover, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import {
  IconAdjustments,
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowForwardUp,
  IconArrowLeft,
  IconCheck,
  IconCloudUpload,
  IconCopy,
  IconDots,
  IconDownload,
  IconPlayerPlay,
  IconPlayerStop,
  IconPlus,
  IconSearch,
  IconSitemap,
  IconTrash,
} from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { memo, useState } from 'react'
import { api, body } from '../../api/client.ts'
import { useOpenedName } from '../../app/opened-page.ts'
import { useTexts } from '../../app/texts.ts'
import { useAct } from '../../ui/act.ts'
import { capital } from '../../ui/capital.ts'
import { ConfirmDialogue } from '../../ui/confirm-act.tsx'
import { useSentence } from '../../ui/error-state.tsx'
import { copyFlow, downloadFlow } from '../files.ts'
import { FlowTabs } from '../flow-tabs.tsx'
import { nodeOf } from '../model/graph.ts'
import { nameOf, titleOf } from '../model/sentences.ts'
import type { FlowWithDraft } from '../queries.ts'
import { FlowBadge } from '../status-badge.tsx'
import { flowTexts } from '../texts.ts'
import { focusStep } from './add-menu.tsx'
import { type Beside, useBuilder, useDraftState } from './context.tsx'
import { builderTexts } from './texts.ts'
import classes from './top-bar.module.css'

/** What can be done with the flow as a whole. */
export const TopBar = memo(function TopBar({
  flow,
  onTidy,
  onSimulate,
  simulating,
  onPublish,
  narrow,
  cramped,
  beside,
  onBeside,
}: {
  flow: FlowWithDraft
  onTidy: () => void
  onSimulate: () => void
  simulating: boolean
  onPublish: () => void
  narrow: boolean
  cramped: boolean
  beside: Beside
  onBeside: (wanted: Beside) => void
}) {
  const t = useTexts(builderTexts)
  const words = useTexts(flowTexts)
  const { draft, mayWrite } = useBuilder()
  const state = useDraftState()
  const { history } = state
  const empty = history.present.nodes.length === 0
  return (
    <header className={classes.bar}>
      <div className={classes.row}>
        <ActionIcon
          aria-label={words('back')}
          title={words('back')}
          renderRoot={(props) => <Link {...props} to="/flows" />}
        >
          <IconArrowLeft size={18} />
        </ActionIcon>
        <Name flow={flow} />
        {!narrow && <FlowBadge status={flow.status} version={flow.published} />}
        <Kept />
        <Group gap={4} ml="auto" wrap="nowrap">
          {mayWrite && (
            <>
              {cramped && !narrow && (
                <Act
                  label={t('palette')}
                  pressed={beside === 'palette'}
                  disabled={simulating}
                  onClick={() => onBeside('palette')}
                >
                  <IconPlus size={18} />
                </Act>
              )}
              <Act label={t('undo')} keys="Ctrl Z" disabled={history.past.length === 0} onClick={draft.undo}>
                <IconArrowBackUp size={18} />
              </Act>
              <Act label={t('redo')} keys="Ctrl ⇧ Z" disabled={history.future.length === 0} onClick={draft.redo}>
                <IconArrowForwardUp size={18} />
              </Act>
              {!narrow && (
                <Act label={t('tidy')} disabled={empty} onClick={onTidy}>
                  <IconSitemap size={18} />
                </Act>
              )}
            </>
          )}
          {!narrow && <SearchSteps />}
          <FaultsMenu narrow={narrow} brief={cramped} />
          {cramped ? (
            <Act label={t('simulate')} pressed={simulating} disabled={empty} onClick={onSimulate}>
              <IconPlayerPlay size={18} />
            </Act>
          ) : (
            <Button
              variant={simulating ? 'light' : 'default'}
              leftSection={<IconPlayerPlay size={16} />}
              disabled={empty}
              aria-pressed={simulating}
              onClick={onSimulate}
            >
              {t('simulate')}
            </Button>
          )}
          {mayWrite && !narrow && (
            <Button leftSection={<IconCloudUpload size={16} />} disabled={empty} onClick={onPublish}>
              {t('publish')}
            </Button>
          )}
          <FlowMenu
            flow={flow}
            onPublish={narrow ? onPublish : undefined}
            onSettings={cramped && !narrow ? () => onBeside('settings') : undefined}
          />
        </Group>
      </div>
      <FlowTabs flowId={flow.id} />
    </header>
  )
})

function Act({
  label,
  keys,
  disabled,
  pressed,
  onClick,
  children,
}: {
  label: string
  keys?: string
  disabled?: boolean
  /** Of what is on or off. */
  pressed?: boolean
  onClick: () => void
  children: React.ReactNode
}) {
  return (
    <Tooltip label={keys === undefined ? label : `${label} (${keys})`}>
      <ActionIcon
        size={36}
        {...(pressed === true ? { variant: 'light', color: 'current' } : {})}
        aria-label={label}
        aria-pressed={pressed}
        disabled={disabled === true}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  )
}

/** The flow's name, to be changed where it stands. */
function Name({ flow }: { flow: FlowWithDraft }) {
  const t = useTexts(flowTexts)
  const { draft, mayWrite } = useBuilder()
  const state = useDraftState()
  const name = state.history.present.name ?? flow.name
  useOpenedName(name)
  return (
    <div className={classes.name}>
      <h1 className={classes.hidden}>{name}</h1>
      <TextInput
        variant="unstyled"
        aria-label={t('name')}
        maxLength={200}
        readOnly={!mayWrite}
        classNames={{ input: classes.nameInput ?? '' }}
        size="md"
        value={name}
        onChange={({ currentTarget }) => {
          const next = currentTarget.value
          draft.change((graph) => ({ ...graph, name: next }), 'name')
        }}
      />
    </div>
  )
}

/** Whether all is kept. */
function Kept() {
  const t = useTexts(builderTexts)
  const sentence = useSentence()
  const { draft, mayWrite } = useBuilder()
  const state = useDraftState()
  if (!mayWrite) return <span className={classes.kept}>{t('readOnly')}</span>
  const { keeping } = state
  return (
    <span className={classes.kept} role="status" data-bad={keeping === 'failed' || keeping === 'conflict' || undefined}>
      {keeping === 'kept' && (
        <>
          <IconCheck size={15} aria-hidden /> {t('kept')}
        </>
      )}
      {(keeping === 'ahead' || keeping === 'saving') && t('keeping')}
      {keeping === 'conflict' && t('keptNot')}
      {keeping === 'failed' && (
        <Tooltip label={sentence(state.failure)}>
          <Button size="compact-xs" variant="light" color="red" onClick={() => void draft.flush()}>
            {t('keepAgain')}
          </Button>
        </Tooltip>
      )}
    </span>
  )
}

function SearchSteps() {
  const t = useTexts(builderTexts)
  const [opened, setOpened] = useState(false)
  return (
    <Popover opened={opened} onChange={setOpened} width={360} position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <ActionIcon
          size={36}
          aria-label={t('searchSteps')}
          title={`${t('searchSteps')} (Ctrl F)`}
          data-search-steps
          onClick={() => setOpened(!opened)}
        >
          <IconSearch size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p="xs">{opened && <FoundSteps onDone={() => setOpened(false)} />}</Popover.Dropdown>
    </Popover>
  )
}

function FoundSteps({ onDone }: { onDone: () => void }) {
  const t = useTexts(builderTexts)
  const { language, names, goTo, draft } = useBuilder()
  const steps = draft.state().history.present.nodes.map((node) => {
    const name = nameOf(node, language, names)
    const kind = titleOf(node.type, language)
    return { value: node.id, label: name === kind ? `${name} · ${node.id}` : name }
  })
  return (
    <Select
      data-autofocus
      aria-label={t('searchSteps')}
      placeholder={t('searchSteps')}
      searchable
      selectFirstOptionOnChange
      defaultDropdownOpened
      comboboxProps={{ withinPortal: false }}
      nothingFoundMessage={t('searchNone')}
      value={null}
      data={steps}
      limit={50}
      onChange={(id) => {
        if (id === null) return
        onDone()
        goTo(id)
        focusStep(id)
      }}
    />
  )
}

/** Everything that is wrong, each a way to where it is mended. */
/** @param brief how many there are, without words */
function FaultsMenu({ narrow, brief }: { narrow: boolean; brief: boolean }) {
  const t = useTexts(builderTexts)
  const { language, names, goTo, choose } = useBuilder()
  const state = useDraftState()
  const [opened, setOpened] = useState(false)
  const { faults, checking, history } = state
  const stops = faults.filter((fault) => fault.stops)
  const shown = [...stops, ...faults.filter((fault) => !fault.stops)]
  if (history.present.nodes.length === 0 || (brief && shown.length === 0)) return null
  const said =
    stops.length > 0
      ? t('toMend', { count: stops.length })
      : shown.length > 0
        ? t('toKnow', { count: shown.length })
        : t('allWell')
  return (
    <Popover opened={opened} onChange={setOpened} width={400} position="bottom-end" trapFocus withinPortal>
      <Popover.Target>
        <Button
          variant={stops.length > 0 ? 'light' : 'subtle'}
          color={stops.length > 0 ? 'red' : 'gray'}
          leftSection={shown.length > 0 ? <IconAlertTriangle size={16} /> : <IconCheck size={16} />}
          aria-label={said}
          data-checking={checking || undefined}
          className={classes.faults}
          onClick={() => setOpened(!opened)}
        >
          {brief ? stops.length || shown.length : said}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" mah={440} style={{ overflowY: 'auto' }}>
        {shown.length === 0 ? (
          <Text size="sm" p="xs">
            {t('allWellAbout')}
          </Text>
        ) : (
          <Stack gap={2} component="ul" className={classes.list}>
            {shown.map((fault, i) => {
              const node = fault.nodeId === null ? undefined : nodeOf(history.present, fault.nodeId)
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: two faults may say the same
                <li key={i}>
                  <button
                    type="button"
                    className={classes.fault}
                    data-stops={fault.stops || undefined}
                    onClick={() => {
                      setOpened(false)
                      if (node === undefined) return choose([])
                      goTo(node.id)
                      if (!narrow) focusStep(node.id)
                    }}
                  >
                    <b>{node === undefined ? t('wholeFlow') : nameOf(node, language, names)}</b>
                    <span>{capital(fault.says[language])}</span>
                  </button>
                </li>
              )
            })}
          </Stack>
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

function FlowMenu(props: {
  flow: FlowWithDraft
  onPublish?: (() => void) | undefined
  onSettings?: (() => void) | undefined
}) {
  const { flow, onPublish, onSettings } = props
  const t = useTexts(builderTexts)
  const words = useTexts(flowTexts)
  const sentence = useSentence()
  const { mayWrite, draft } = useBuilder()
  const [stopping, { open, close }] = useDisclosure()
  const [isRemoving, removing] = useDisclosure()
  const navigate = useNavigate()
  const copying = useAct({
    act: async () => {
      await draft.flush()
      return copyFlow(flow.id, (name) => words('copyOf', { name }))
    },
    done: words('copiedFlow'),
    refresh: [['flows', 'list']],
    after: ({ id }) => void navigate({ to: '/flows/$flowId', params: { flowId: id } }),
  })
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon size={36} aria-label={words('more')}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {onPublish !== undefined && mayWrite && (
            <Menu.Item leftSection={<IconCloudUpload size={16} />} onClick={onPublish}>
              {t('publish')}
            </Menu.Item>
          )}
          {onSettings !== undefined && (
            <Menu.Item leftSection={<IconAdjustments size={16} />} onClick={onSettings}>
              {t('flowSettings')}
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconDownload size={16} />}
            onClick={() =>
              void draft
                .flush()
                .then(() => downloadFlow(flow.id, flow.name))
                .catch((error: unknown) => notifications.show({ color: 'red', message: sentence(error) }))
            }
          >
            {words('export')}
          </Menu.Item>
          {mayWrite && (
            <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => copying.mutate()}>
              {words('copyFlow')}
            </Menu.Item>
          )}
          {mayWrite && flow.published === null && (
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={removing.open}>
              {words('removeFlow')}
            </Menu.Item>
          )}
          {mayWrite && flow.published !== null && (
            <Menu.Item color="red" leftSection={<IconPlayerStop size={16} />} onClick={open}>
              {words('unpublish')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isRemoving && (
        <ConfirmDialogue
          opened
          close={removing.close}
          title={words('removeFlowAsk', { name: flow.name })}
          consequence={words('removeFlowAbout')}
          confirm={words('removeFlow')}
          danger
          act={async () => {
            await draft.flush()
            await api.DELETE('/api/v1/flows/{id}', { params: { path: { id: flow.id } } })
          }}
          done={words('removedFlow', { name: flow.name })}
          refresh={[['flows', 'list']]}
          after={() => void navigate({ to: '/flows' })}
        />
      )}
      {stopping && (
        <ConfirmDialogue
          opened
          close={close}
          title={words('unpublish')}
          consequence={words('unpublishAbout', { name: flow.name })}
          confirm={words('unpublish')}
          danger
          act={() => body(api.POST('/api/v1/flows/{id}/unpublish', { params: { path: { id: flow.id } } }))}
          done={words('unpublished')}
          refresh={[['flows']]}
        />
      )}
    </>
  )
}
