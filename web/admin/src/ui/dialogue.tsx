import { Modal, type ModalProps } from '@mantine/core'
import { useReturnFocus } from './return-focus.ts'

/** What lies over the page. The keys go back to where it was opened, also where it is only there while it is open. */
export function Dialogue(props: ModalProps) {
  useReturnFocus(props.opened)
  return <Modal {...props} />
}
