import { Button, Group } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'

/** Behind the rows of a form: one more of them. */
export const AddRow = ({ label, add }: { label: string; add: () => void }) => (
  <Group>
    <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={add}>
      {label}
    </Button>
  </Group>
)
