import { Button, Collapse, Select, Stack, Textarea } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { type ReactNode, useId, useState } from 'react'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { ActsInput } from '../acts.tsx'
import { FieldsInput } from '../fields-input.tsx'
import { actsOf, firstWays, laterOf, withFirstWay, withMember } from '../model/cases/case.ts'
import { eventLike, partsOf } from '../model/cases/event.ts'
import { type Graph, membersOf, nodeOf, textIn } from '../model/graph.ts'
import { choosable } from '../model/scenario.ts'
import { nameOf } from '../model/sentences.ts'
import { wayWords } from '../model/ways.ts'
import classes from './case-form.module.css'
import { ExpectedFields } from './expected-fields.tsx'
import { BeginningFields, type CaseFieldProps, ConversationFields, PersonFields } from './given-fields.tsx'
import { caseTexts } from './texts.ts'

type Props = CaseFieldProps & { readonly graph: Graph }

/** A case in words: what begins it and about whom, what happens then, and what should come of it. */
export function CaseForm({ body, graph, onChange }: Props) {
  const t = useTexts(caseTexts)
  const about = partsOf(membersOf(body.event))?.data ?? {}
  return (
    <div className={classes.form}>
      <Part title={t('partGiven')}>
        <BeginningFields body={body} onChange={onChange} />
        <PersonFields body={body} onChange={onChange} />
        <ConversationFields body={body} onChange={onChange} />
      </Part>
      <Part title={t('partLater')} about={t('partLaterAbout')}>
        <ActsInput
          acts={actsOf(body)}
          dataLike={(type, example) => eventLike(type, example, about).data}
          onChange={(acts) => onChange(withMember(body, 'later', acts.length === 0 ? undefined : laterOf(acts)))}
        />
      </Part>
      <Part title={t('partExpected')} about={t('partExpectedAbout')}>
        <ExpectedFields
          expect={membersOf(body.expect)}
          graph={graph}
          onChange={(expect) => onChange({ ...body, expect })}
        />
      </Part>
      <More body={body} graph={graph} onChange={onChange} />
    </div>
  )
}

function Part({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  const id = useId()
  return (
    <section className={classes.part} aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {about !== undefined && <p>{about}</p>}
      <Stack gap="sm">{children}</Stack>
    </section>
  )
}

/** How calls and notifications come out, what variables hold at the end, and why the case is there. */
function More({ body, graph, onChange }: Props) {
  const t = useTexts(caseTexts)
  const language = useLanguage()
  const [unfolded, setUnfolded] = useState(false)
  const steps = choosable(graph)
  const ways = firstWays(body)
  const expect = membersOf(body.expect)
  return (
    <div>
      <Button
        variant="subtle"
        size="compact-sm"
        aria-expanded={unfolded}
        rightSection={<IconChevronDown size={16} style={{ rotate: unfolded ? '180deg' : undefined }} />}
        onClick={() => setUnfolded(!unfolded)}
      >
        {t('more')}
      </Button>
      <Collapse expanded={unfolded}>
        <Stack gap="sm" mt="xs">
          {steps.map(({ id, ways: all }) => {
            const node = nodeOf(graph, id)
            return (
              <Select
                key={id}
                label={t('comesOut', { step: node === undefined ? id : nameOf(node, language) })}
                clearable
                placeholder={t('goesWell')}
                value={ways[id] ?? null}
                data={all.map((way) => ({ value: way, label: wayWords(way)[language] }))}
                onChange={(way) => onChange(withFirstWay(body, id, way))}
              />
            )
          })}
          <FieldsInput
            label={t('wantVars')}
            help={t('wantVarsAbout')}
            value={membersOf(expect.vars)}
            onChange={(vars) =>
              onChange({
                ...body,
                expect: withMember(expect, 'vars', Object.keys(vars).length === 0 ? undefined : vars),
              })
            }
          />
          <Textarea
            label={t('description')}
            autosize
            minRows={2}
            maxLength={2_000}
            value={textIn(body.description)}
            onChange={({ currentTarget }) =>
              onChange(withMember(body, 'description', currentTarget.value === '' ? undefined : currentTarget.value))
            }
          />
        </Stack>
      </Collapse>
    </div>
  )
}
