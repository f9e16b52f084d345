import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MantineProvider, Select } from '@mantine/core'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { themeFor } from './theme.ts'

const THEME = themeFor('en')

test('a list keeps what is chosen in it once more', () => {
  const given = THEME.components?.Select?.defaultProps as { allowDeselect?: boolean } | undefined
  assert.equal(given?.allowDeselect, false)
})

test('the button that clears a list is reached by keys, and says what it does', () => {
  const list = createElement(Select, { data: ['a'], defaultValue: 'a', clearable: true })
  const [button] =
    /<button[^>]*>/.exec(renderToStaticMarkup(createElement(MantineProvider, { theme: THEME }, list))) ?? []
  assert.match(button ?? '', /aria-label="Clear what is chosen"/)
  assert.match(button ?? '', /tabindex="0"/i)
  assert.doesNotMatch(button ?? '', /aria-hidden="true"/)
})
