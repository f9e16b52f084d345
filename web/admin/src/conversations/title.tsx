import { VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, body } from '../api/client.ts'
import { useTexts } from '../app/texts.ts'
import { useContact } from '../people/contact-query.ts'
import { conversationTexts } from './texts.ts'
import classes from './title.module.css'

export const useConversation = (id: string) =>
  useQuery({
    queryKey: ['conversations', 'one', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/encounters/{id}', { params: { path: { id } }, signal })),
  })

/** Whose conversation it is. */
export function ConversationTitle({ id }: { id: string }) {
  const t = useTexts(conversationTexts)
  const { data } = useConversation(id)
  const contact = useContact(data?.contactId)
  // A dialogue has a name also while it is not known whose it is.
  if (data === undefined || (data.contactId !== null && contact.isPending)) return <VisuallyHidden>{id}</VisuallyHidden>
  if (data.contactId === null) return t('unknownPerson')
  const name = contact.data?.name ?? data.contactId
  return (
    <Link
      to="/people"
      search={{ selected: data.contactId }}
      className={classes.person}
      title={t('personPage', { name })}
    >
      <bdi>{name}</bdi>
    </Link>
  )
}
