import { IconMinus, IconPencil, IconPlus } from '@tabler/icons-react'
import { useLanguage } from '../app/language.ts'
import { useTexts } from '../app/texts.ts'
import classes from './change-list.module.css'
import { type Change, changeWords, groupsOf, stepsOf, textChange } from './model/changes.ts'
import type { Graph } from './model/graph.ts'
import { nameOf, titleOf } from './model/sentences.ts'
import { flowTexts } from './texts.ts'

const ICONS = { added: IconPlus, removed: IconMinus, changed: IconPencil }

/** What differs, step by step, in words; of texts the words that changed are marked. */
export function ChangeList({ changes, graph }: { changes: readonly Change[]; graph: Graph | null }) {
  const t = useTexts(flowTexts)
  const language = useLanguage()
  if (changes.length === 0) return <p className={classes.none}>{t('noChanges')}</p>
  const stepOf = stepsOf(changes, graph)
  return (
    <ul className={classes.groups}>
      {groupsOf(changes).map(({ nodeId, kind, changes: list }) => {
        const node = nodeId === null ? undefined : stepOf(nodeId)
        const Glyph = ICONS[kind]
        return (
          <li key={nodeId ?? ''} data-kind={kind}>
            <div className={classes.head}>
              <Glyph size={15} stroke={2.2} aria-hidden />
              <b>{nodeId === null ? t('wholeFlow') : node === undefined ? nodeId : nameOf(node, language)}</b>
              {node !== undefined && <span>{titleOf(node.type, language)}</span>}
            </div>
            <ul className={classes.list}>
              {list.map((change) => (
                <li key={change.path + change.says.en}>
                  {change.change === 'textChanged' &&
                  typeof change.before === 'string' &&
                  typeof change.after === 'string' ? (
                    <>
                      {change.nodeId === null && `${t('description')}: `}
                      <TextDifference before={change.before} after={change.after} />
                    </>
                  ) : (
                    changeWords(change, stepOf, language)
                  )}
                </li>
              ))}
            </ul>
          </li>
        )
      })}
    </ul>
  )
}

function TextDifference({ before, after }: { before: string; after: string }) {
  const { head, was, is, tail } = textChange(before, after)
  return (
    <span className={classes.text}>
      {head}
      {was !== '' && <del>{was}</del>}
      {is !== '' && <ins>{is}</ins>}
      {tail}
    </span>
  )
}
