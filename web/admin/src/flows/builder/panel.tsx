import { ActionIcon, Alert, Button, CloseButton, Divider, Group, Menu, Stack, Text, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCopy, IconDots, IconTrash, IconUser } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Activity, memo, useDeferredValue, useEffect, useRef, useState } from 'react'
import { useTexts } from '../../app/texts.ts'
import { capital } from '../../ui/capital.ts'
import { MONO } from '../../ui/mono.ts'
import { bridged, changed, copied, isId, pasted, removed, renamed, withSettings } from '../model/edits.ts'
import type { Fault } from '../model/faults.ts'
import { FORMS, SETTINGS_FORM } from '../model/forms.ts'
import { type FlowNode, nodeOf, textIn } from '../model/graph.ts'
import { KINDS } from '../model/kinds.ts'
import { sentenceOf, titleOf } from '../model/sentences.ts'
import { useBuilder, useChosen, useDraftState } from './context.tsx'
import { KindIcon } from './kind-icon.tsx'
import classes from './panel.module.css'
import { StepForm } from './step-form.tsx'
import { builderTexts } from './texts.ts'
import { WaysSection } from './ways-section.tsx'

/**
 * What is chosen, with its settings: a step, several, or the flow as a whole. A form is a lot to draw: what is chosen shows at once
 * in the drawing, and here as soon as there is time.
 * @param standing how many runs wait at each step
 * @param held somebody drags in the drawing, and does not look here
 * @param onClose where the settings of the flow can be closed, too
 */
export const Panel = memo(function Panel(props: {
  standing: ReadonlyMap<string, number>
  held: boolean
  onClose?: (() => void) | undefined
}) {
  const { standing, held, onClose } = props
  const t = useTexts(builderTexts)
  const state = useDraftState()
  const now = useDeferredValue(useChosen())
  const before = useRef(now)
  if (!held) before.current = now
  const chosen = before.current
  const graph = state.history.present
  const [only] = chosen
  const node = chosen.length === 1 ? nodeOf(graph, only) : undefined
  const whole = node === undefined && chosen.length < 2
  return (
    <aside className={classes.panel} aria-label={t('panel')}>
      {node !== undefined && <StepPanel key={node.id} node={node} standing={standing.get(node.id) ?? 0} />}
      {chosen.length > 1 && <ManyPanel />}
      <Activity mode={whole ? 'visible' : 'hidden'}>
        <FlowPanel onClose={onClose} />
      </Activity>
    </aside>
  )
})

/** `framed`: what it stands in is closed by other means. */
export function StepPanel(props: { node: FlowNode; standing: number; onClose?: () => void; framed?: boolean }) {
  const { node, standing, onClose, framed } = props
  const t = useTexts(builderTexts)
  const { flowId, draft, mayWrite, language, names, choose } = useBuilder()
  const state = useDraftState()
  const kind = KINDS.get(node.type)
  const own = state.faults.filter(({ nodeId }) => nodeId === node.id)
  const fields = FORMS[node.type] ?? []
  const shownAt = new Set(fields.flatMap((field) => field.covers ?? [field.name]))
  // Those of a setting stand at the setting.
  const whole = own.filter(({ field }) => field[0] === undefined || !shownAt.has(field[0]))
  const head = useRef<HTMLHeadingElement>(null)
  const idField = useRef<HTMLInputElement>(null)
  const [wrongId, setWrongId] = useState<string | null>(null)
  useEffect(() => {
    if (idField.current !== null) idField.current.value = node.id
  }, [node.id])
  return (
    <div className={classes.inside}>
      <header className={classes.head}>
        <span className={classes.icon} data-group={kind?.group}>
          <KindIcon type={node.type} />
        </span>
        <div className={classes.titles}>
          <h2 ref={head}>{titleOf(node.type, language)}</h2>
          <p>{kind === undefined ? t('unknownKindAbout', { type: node.type }) : sentenceOf(node, language, names)}</p>
          {standing > 0 && (
            <Link
              to="/flows/$flowId/runs"
              params={{ flowId }}
              search={{ status: 'waiting', step: node.id }}
              className={classes.standing}
            >
              <IconUser size={14} stroke={2.2} aria-hidden /> {t('standing', { count: standing })}
            </Link>
          )}
        </div>
        {mayWrite && (
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon aria-label={t('stepActs')}>
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                leftSection={<IconCopy size={16} />}
                onClick={() => {
                  const made = pasted(draft.state().history.present, copied(draft.state().history.present, [node.id]), {
                    x: 40,
                    y: 120,
                  })
                  draft.change(() => made.graph)
                  choose(made.ids)
                }}
              >
                {t('duplicate')}
              </Menu.Item>
              <Menu.Item
                color="red"
                leftSection={<IconTrash size={16} />}
                onClick={() => {
                  draft.change((graph) => bridged(graph, node.id))
                  choose([])
                  onClose?.()
                }}
              >
                {t('removeStep')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
        {framed !== true && <CloseButton aria-label={t('closePanel')} onClick={() => choose([])} />}
      </header>
      <FaultList faults={whole} />
      <Stack gap="md">
        <StepForm
          fields={fields}
          data={node.data}
          faults={own}
          readOnly={!mayWrite}
          set={(changes, field) => draft.change((graph) => changed(graph, node.id, changes), `${node.id}.${field}`)}
        />
        <WaysSection node={node} />
        <Divider color="var(--line)" />
        <TextInput
          label={t('label')}
          description={t('labelAbout')}
          maxLength={100}
          readOnly={!mayWrite}
          value={textIn(node.data.label)}
          onChange={({ currentTarget }) => {
            const label = currentTarget.value === '' ? undefined : currentTarget.value
            draft.change((graph) => changed(graph, node.id, { label }), `${node.id}.label`)
          }}
        />
        <TextInput
          ref={idField}
          label={t('stepId')}
          description={t('stepIdAbout')}
          styles={MONO}
          readOnly={!mayWrite}
          error={wrongId}
          defaultValue={node.id}
          onChange={() => setWrongId(null)}
          onBlur={({ currentTarget }) => {
            const to = currentTarget.value.trim()
            const taken = to !== node.id && nodeOf(draft.state().history.present, to) !== undefined
            setWrongId(taken ? t('idTaken', { id: to }) : isId(to) ? null : t('idWrong'))
            if (taken || !isId(to)) currentTarget.value = node.id
            else if (to !== node.id) {
              draft.change((graph) => renamed(graph, node.id, to))
              choose([to])
            }
          }}
        />
      </Stack>
    </div>
  )
}

function ManyPanel() {
  const t = useTexts(builderTexts)
  const { draft, choose, mayWrite } = useBuilder()
  const chosen = useChosen()
  return (
    <div className={classes.inside}>
      <header className={classes.head}>
        <div className={classes.titles}>
          <h2>{t('manyChosen', { count: chosen.length })}</h2>
          <p>{t('manyAbout')}</p>
        </div>
        <CloseButton aria-label={t('closePanel')} onClick={() => choose([])} />
      </header>
      {mayWrite && (
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconCopy size={16} />}
            onClick={() => {
              const { present } = draft.state().history
              const made = pasted(present, copied(present, chosen), { x: 48, y: 48 })
              draft.change(() => made.graph)
              choose(made.ids)
            }}
          >
            {t('duplicate')}
          </Button>
          <Button
            variant="light"
            color="red"
            leftSection={<IconTrash size={16} />}
            onClick={() => {
              draft.change((graph) => removed(graph, { nodes: chosen }))
              choose([])
            }}
          >
            {t('removeSteps', { count: chosen.length })}
          </Button>
        </Group>
      )}
    </div>
  )
}

/** The settings of the flow, with what is wrong with it as a whole. */
export function FlowPanel({ onClose }: { onClose?: (() => void) | undefined }) {
  const t = useTexts(builderTexts)
  const { draft, mayWrite } = useBuilder()
  const state = useDraftState()
  const whole = state.faults.filter(({ nodeId, isSetting }) => nodeId === null && !isSetting)
  const ofSettings = state.faults.filter(({ isSetting }) => isSetting)
  const { settings = {}, description, nodes } = state.history.present
  return (
    <div className={classes.inside}>
      <header className={classes.head}>
        <div className={classes.titles}>
          <h2>{t('flowSettings')}</h2>
          <p>{typeof description === 'string' && description !== '' ? description : t('flowSettingsAbout')}</p>
        </div>
        {onClose !== undefined && <CloseButton aria-label={t('closePanel')} onClick={onClose} />}
      </header>
      {/* Who has not begun yet has done nothing wrong. */}
      {nodes.length > 0 && <FaultList faults={whole} />}
      <StepForm
        fields={SETTINGS_FORM}
        data={settings}
        faults={ofSettings}
        readOnly={!mayWrite}
        set={(changes, field) => draft.change((graph) => withSettings(graph, changes), `settings.${field}`)}
      />
    </div>
  )
}

export function FaultList({ faults }: { faults: readonly Fault[] }) {
  const { language } = useBuilder()
  if (faults.length === 0) return null
  const stops = faults.some((fault) => fault.stops)
  return (
    <Alert color={stops ? 'red' : 'yellow'} icon={<IconAlertTriangle size={18} />} mb="md" p="sm">
      <Stack gap={4}>
        {faults.map(({ says, way }) => (
          <Text key={says.es + (way ?? '')} size="sm">
            {capital(says[language])}
          </Text>
        ))}
      </Stack>
    </Alert>
  )
}
