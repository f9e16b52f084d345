import { Table } from '@mantine/core'
import { useLanguage } from '../../app/language.ts'
import { useTexts } from '../../app/texts.ts'
import { SettingsHead } from '../../ui/page-head.tsx'
import { ToneMark } from '../../ui/state-badge.tsx'
import { ABILITIES, ROLE_ABOUT, ROLE_NAMES, ROLES, reaches } from '../roles.ts'
import classes from './roles.module.css'
import { rolesTexts } from './roles.texts.ts'

/** What each role may do, beside each other. */
export function Roles() {
  const t = useTexts(rolesTexts)
  const language = useLanguage()
  return (
    <>
      <SettingsHead title={t('title')} about={t('about')} />
      <dl className={classes.roles}>
        {ROLES.map((role) => (
          <div key={role}>
            <dt>{ROLE_NAMES[role][language]}</dt>
            <dd>{ROLE_ABOUT[role][language]}</dd>
          </div>
        ))}
      </dl>
      <Table.ScrollContainer
        minWidth={720}
        scrollAreaProps={{ type: 'auto', viewportProps: { tabIndex: 0, 'aria-label': t('table'), role: 'region' } }}
      >
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">{t('ability')}</th>
              {ROLES.map((role) => (
                <th key={role} scope="col">
                  {ROLE_NAMES[role][language]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ABILITIES.map(({ what, from }) => (
              <tr key={what.en}>
                <th scope="row">{what[language]}</th>
                {ROLES.map((role) => (
                  <td key={role}>
                    {reaches(role, from) ? (
                      <>
                        <ToneMark tone="good" size={14} />
                        <span className={classes.read}>{t('yes')}</span>
                      </>
                    ) : (
                      <span className={classes.no}>
                        <span aria-hidden>–</span>
                        <span className={classes.read}>{t('no')}</span>
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Table.ScrollContainer>
    </>
  )
}
