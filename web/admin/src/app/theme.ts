import {
  ActionIcon,
  Button,
  ComboboxEmpty,
  type CSSVariablesResolver,
  createTheme,
  Drawer,
  InputWrapper,
  localStorageColorSchemeManager,
  type MantineColorsTuple,
  Menu,
  Modal,
  Notification,
  Select,
  Tooltip,
} from '@mantine/core'
import { fieldFocused } from '../ui/field-focused.ts'
import { selectAll } from '../ui/select-all.ts'
import type { Both, Language } from './language.ts'

const current: MantineColorsTuple = [
  '#e9f5f4',
  '#d3eae8',
  '#a8d5d3',
  '#79bfbd',
  '#4fabaa',
  '#2b9496',
  '#0f7b7f',
  '#0b6468',
  '#084f53',
  '#053b3e',
]

/** Greys with the warmth of the paper, and the dark scheme's own. */
const gray: MantineColorsTuple = [
  '#f7f5f0',
  '#f3f1ea',
  '#e5e1d6',
  '#d5d2c8',
  '#b4b8b4',
  '#8b9799',
  '#5f7078',
  '#4a5d65',
  '#33464e',
  '#10242b',
]
const dark: MantineColorsTuple = [
  '#e6ecea',
  '#c8d3d4',
  '#a7b7bb',
  '#8fa1aa',
  '#5f7279',
  '#2c3f46',
  '#1c2d33',
  '#152328',
  '#0e181c',
  '#0a1316',
]

/** Mantine's own is smaller than anything we write. */
const SMALL = { fontSize: '13px' }
const HEADING = { fontSize: '20px', fontWeight: 600, lineHeight: 1.3, overflowWrap: 'anywhere' } as const

const CLOSE: Both = { es: 'Cerrar', en: 'Close' }
const CLEAR: Both = { es: 'Quitar lo elegido', en: 'Clear what is chosen' }

/** The theme; what Mantine says by itself is said in the reader's language. */
export const themeFor = (language: Language) => {
  const closeButtonProps = { 'aria-label': CLOSE[language] }
  return createTheme({
    primaryColor: 'current',
    primaryShade: 6,
    colors: { current, gray, dark },
    black: '#10242b',
    fontFamily: '"Inter Variable", Inter, system-ui, sans-serif',
    fontFamilyMonospace: 'var(--mono)',
    fontSizes: { xs: '13px', sm: '14px', md: '16px', lg: '20px', xl: '28px' },
    lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.4', xl: '1.25' },
    spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
    radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
    defaultRadius: 'md',
    headings: {
      fontWeight: '600',
      sizes: {
        h1: { fontSize: '28px', lineHeight: '1.2' },
        h2: { fontSize: '20px', lineHeight: '1.3' },
        h3: { fontSize: '16px', lineHeight: '1.4' },
        h4: { fontSize: '14px', lineHeight: '1.4' },
      },
    },
    focusRing: 'auto',
    respectReducedMotion: true,
    cursorType: 'pointer',
    components: {
      Button: Button.extend({ defaultProps: { size: 'sm' } }),
      ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
      // In a list of options stands nothing but options, also where none was found.
      ComboboxEmpty: ComboboxEmpty.extend({ defaultProps: { role: 'option', 'aria-disabled': true } }),
      Drawer: Drawer.extend({ styles: { title: HEADING }, defaultProps: { closeButtonProps } }),
      // The keys go to the first item; the empty place before it is none of a menu.
      Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
      Modal: Modal.extend({ styles: { title: HEADING }, defaultProps: { closeButtonProps } }),
      Notification: Notification.extend({ defaultProps: { closeButtonProps } }),
      InputWrapper: InputWrapper.extend({ styles: { description: SMALL, error: SMALL } }),
      Select: Select.extend({
        defaultProps: {
          // What is chosen once more stays; only its button clears a field, by keys too.
          allowDeselect: false,
          clearButtonProps: {
            'aria-hidden': false,
            'aria-label': CLEAR[language],
            tabIndex: 0,
            onClick: fieldFocused,
          },
          // On what surrounds it: the field's own belongs to forms.
          attributes: { wrapper: { onFocus: selectAll } },
        },
      }),
      Tooltip: Tooltip.extend({ defaultProps: { openDelay: 300, withArrow: true, multiline: true, maw: 320 } }),
    },
  })
}

/** Mantine's own colours follow ours in both schemes. */
export const variables: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--paper)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-soft)',
    '--mantine-color-placeholder': 'var(--ink-soft)',
    '--mantine-color-anchor': 'var(--current)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-default': 'var(--raised)',
    '--mantine-color-default-hover': 'var(--sunken)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line)',
    '--mantine-color-current-light': 'var(--current-soft)',
    '--mantine-color-current-light-hover': 'var(--current-soft)',
    '--mantine-color-current-light-color': 'var(--current)',
    '--mantine-color-current-text': 'var(--current)',
    '--mantine-color-current-outline': 'var(--current)',
    '--mantine-color-gray-text': 'var(--ink-soft)',
    '--mantine-color-gray-light-color': 'var(--ink-soft)',
    // Of items of menus.
    '--mantine-color-red-6': 'var(--bad)',
    '--mantine-color-red-text': 'var(--bad)',
    '--mantine-color-red-filled': '#a03726',
    '--mantine-color-red-filled-hover': '#8b2f20',
    '--mantine-color-red-light': 'var(--bad-soft)',
    '--mantine-color-red-light-hover': 'var(--bad-soft)',
    '--mantine-color-red-light-color': 'var(--bad)',
    '--mantine-color-red-outline': 'var(--bad)',
    '--mantine-color-green-light': 'var(--good-soft)',
    '--mantine-color-green-light-color': 'var(--good)',
    '--mantine-color-yellow-light': 'var(--warm-soft)',
    '--mantine-color-yellow-light-color': 'var(--warm)',
  }
  // Mantine's own is too light for our letters.
  const dark = { ...both, '--menu-item-hover': 'var(--mantine-color-dark-5)' }
  return { variables: {}, light: both, dark }
}

/** Where the rail becomes a bottom bar. */
export const NARROW = '(max-width: 48em)'

/** Where what stands beside a drawing would leave it no room: it lies over it when it is asked for. */
export const CRAMPED = '(max-width: 77.5em)'

export const schemes = localStorageColorSchemeManager({ key: 'cauce.scheme' })

/** The nonce that this answer of the program allows styles with; none while developing. */
export const styleNonce = () => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
