import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BUILT_IN_TEMPLATES } from '../../../../server/notifications/templates/built-in.ts'
import { templateName } from './template-name.ts'

test('every template that ships has a name for people in both languages, others go by their key', () => {
  for (const key of new Set(BUILT_IN_TEMPLATES.map((template) => template.key)))
    for (const language of ['es', 'en'] as const) assert.notEqual(templateName(key, language), key)
  assert.equal(templateName('my-own', 'es'), 'my-own')
  assert.equal(templateName('constructor', 'es'), 'constructor')
})
