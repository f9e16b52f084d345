import { useLanguage } from '../app/language.ts'
import { templateName } from './template-name.ts'

/** A template by its name, its key behind it. */
export function TemplateLabel({ template }: { template: string }) {
  const name = templateName(template, useLanguage())
  if (name === template) return template
  return (
    <>
      {name} <code style={{ color: 'var(--ink-soft)', fontSize: 13, fontWeight: 400 }}>{template}</code>
    </>
  )
}
