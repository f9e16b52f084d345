import { ActionIcon, Drawer, Group, Title } from '@mantine/core'
import { useElementSize, useHotkeys, useMediaQuery } from '@mantine/hooks'
import { IconX } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react'
import { useTexts } from '../app/texts.ts'
import classes from './detail-pane.module.css'
import { uiTexts } from './texts.ts'
import { tellWhole } from './whole.ts'

/** Narrower than this a list and its detail have no room beside each other. */
const BESIDE = '(min-width: 75em)'

/** Of the pane, over which its top lies. */
const PADDING = 20

/** Goes to what is open beside a list, where something is. Over a list its dialogue has the focus anyway. */
export const focusDetail = (): void => document.querySelector<HTMLElement>('[data-detail]')?.focus()

/**
 * A list, and beside it what is open of it; over it where it is narrow. What is open stands in the address (`selected`, or
 * another parameter named in `by`), so that it can be shared and the browser's "back" closes it.
 */
export function WithDetail(props: {
  children: ReactNode
  /** Nothing where nothing is open. */
  detail: { title: ReactNode; content: ReactNode; acts?: ReactNode } | null | undefined | false
  by?: string
}) {
  const { children, by = 'selected' } = props
  const detail = props.detail || undefined
  const t = useTexts(uiTexts)
  const navigate = useNavigate()
  const beside = useMediaQuery(BESIDE, true, { getInitialValueInEffect: false })
  const close = () => {
    // Back to the row from where it was opened.
    document.querySelector<HTMLElement>('[data-row][aria-current]')?.focus()
    void navigate({ to: '.', search: ((before: object) => ({ ...before, [by]: undefined })) as never })
  }
  // A dialogue or an open menu above it closes first, and may be gone by the time the key comes here.
  const wasCovered = useRef(false)
  useEffect(() => {
    const look = () => {
      wasCovered.current = document.querySelector('[aria-modal="true"], [aria-haspopup][aria-expanded="true"]') !== null
    }
    window.addEventListener('keydown', look, true)
    return () => window.removeEventListener('keydown', look, true)
  }, [])
  useHotkeys(detail && beside ? [['Escape', () => void (wasCovered.current || close())]] : [])
  // The list keeps its place in the tree whatever is beside it: its rows, their focus and its scrolling stay.
  return (
    <div className={detail && beside ? classes.both : undefined}>
      <div className={classes.list}>{children}</div>
      {detail && beside && (
        <Pane title={detail.title} acts={detail.acts} close={close}>
          {detail.content}
        </Pane>
      )}
      {!beside && (
        <Drawer
          opened={detail !== undefined}
          onClose={close}
          position="right"
          size="min(560px, 100%)"
          title={detail?.title}
          closeButtonProps={{ 'aria-label': t('close') }}
          classNames={{ content: classes.over, title: classes.title }}
        >
          {detail?.acts && (
            <Group gap="xs" mb="md">
              {detail.acts}
            </Group>
          )}
          {detail?.content}
        </Drawer>
      )}
    </div>
  )
}

function Pane({
  title,
  acts,
  close,
  children,
}: {
  title: ReactNode
  acts?: ReactNode
  close: () => void
  children: ReactNode
}) {
  const t = useTexts(uiTexts)
  // What else stays in sight does so below it, whatever the title's length.
  const { ref, height } = useElementSize()
  return (
    <aside
      className={classes.pane}
      aria-label={t('detail')}
      style={{ '--pane-top': `${height - PADDING}px` } as CSSProperties}
    >
      <Group ref={ref} justify="space-between" align="flex-start" wrap="nowrap" className={classes.top}>
        <Title order={2} className={classes.title} tabIndex={-1} data-detail onPointerEnter={tellWhole}>
          {title}
        </Title>
        <ActionIcon onClick={close} aria-label={t('close')}>
          <IconX size={18} />
        </ActionIcon>
      </Group>
      {acts && (
        <Group gap="xs" mb="md">
          {acts}
        </Group>
      )}
      {children}
    </aside>
  )
}
