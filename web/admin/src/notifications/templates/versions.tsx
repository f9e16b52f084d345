import { Button, Group, Text } from '@mantine/core'
import { api, body } from '../../api/client.ts'
import { usePages } from '../../api/pages.ts'
import { useLanguage } from '../../app/language.ts'
import { useCan } from '../../app/session.ts'
import { useTexts } from '../../app/texts.ts'
import { useNameOf } from '../../conversations/lookups.ts'
import { ConfirmAct } from '../../ui/confirm-act.tsx'
import { LoadMore } from '../../ui/data-table.tsx'
import { ErrorState } from '../../ui/error-state.tsx'
import { listFormat } from '../../ui/formatters.ts'
import { StateBadge } from '../../ui/state-badge.tsx'
import { Waiting } from '../../ui/waiting.tsx'
import { When } from '../../ui/when.tsx'
import { changedTexts, type Said } from './changes.ts'
import type { At } from './draft.ts'
import { templateTexts } from './texts.ts'
import classes from './versions.module.css'

type Version = Said & { version: number }

/** All versions of one text, the newest first, and the way back to each. */
export function Versions(props: {
  at: At
  next: number
  inUse: number
  take: (version: Version) => void
  publish: (version: Version) => Promise<{ version: number }>
  after: () => void
}) {
  const { at, next, inUse, take, publish, after } = props
  const t = useTexts(templateTexts)
  const can = useCan()
  const nameOf = useNameOf()
  const { key, channel, locale } = at
  const pages = usePages(['notifications', 'templates', 'versions', at], (cursor, signal) =>
    body(
      api.GET('/api/v1/templates/{key}/versions', {
        params: { path: { key }, query: { channel, locale, limit: 20, cursor } },
        signal,
      }),
    ),
  )
  if (pages.isError) return <ErrorState error={pages.error} retry={() => pages.refetch()} />
  if (pages.isPending) return <Waiting lines={2} height={36} />
  const versions = pages.data.pages.flatMap(({ items }) => items)
  if (versions.length === 0) return <Text c="dimmed">{t('versionsNone')}</Text>
  return (
    <>
      <ol className={classes.versions}>
        {versions.map((one, index) => (
          <li key={one.version}>
            <strong>{one.builtIn ? t('shipped') : t('version', { version: one.version })}</strong>
            {one.version === inUse && <StateBadge tone="good">{t('current')}</StateBadge>}
            {one.createdAt !== null && one.createdBy !== null && (
              <Text size="sm" c="dimmed" component="span">
                <When at={one.createdAt} /> {t('by', { who: nameOf(one.createdBy.replace(/^user:/, '')) })}
              </Text>
            )}
            <div className={classes.said}>
              <Text size="sm" lineClamp={3}>
                {one.title !== null && <b>{one.title}</b>} {one.body}
              </Text>
              <Changed one={one} before={versions[index + 1]} />
            </div>
            {can('templates:write') && one.version !== inUse && (
              <Group gap="xs" ml="auto">
                <Button size="xs" variant="subtle" onClick={() => take(one)}>
                  {t('take')}
                </Button>
                <ConfirmAct
                  label={t('rollback')}
                  button={{ size: 'xs' }}
                  title={one.builtIn ? t('rollbackShipped') : t('rollbackTitle', { version: one.version })}
                  consequence={t('rollbackConsequence', { next })}
                  confirm={one.builtIn ? t('rollbackShipped') : t('rollbackAct', { version: one.version })}
                  act={() => publish(one)}
                  done={({ version }) => t('published', { version })}
                  refresh={[['notifications', 'templates']]}
                  after={after}
                />
              </Group>
            )}
          </li>
        ))}
      </ol>
      <LoadMore pages={pages} count={versions.length} />
    </>
  )
}

/** What differs from the version before it, which may read the same otherwise. */
function Changed({ one, before }: { one: Said; before: Said | undefined }) {
  const t = useTexts(templateTexts)
  const language = useLanguage()
  if (before === undefined) return null
  const names = changedTexts(one, before).map((name) => t(`changed_${name}`))
  return (
    <Text size="xs" c="dimmed">
      {names.length === 0 ? t('changedNothing') : t('changed', { what: listFormat(language).format(names) })}
    </Text>
  )
}
