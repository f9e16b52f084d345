import { Table, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** A short table of figures that the program tells at once; at 390 px it scrolls within itself. */
export function Figures(props: {
  title: string
  about?: string
  heads: readonly string[]
  rows: readonly (readonly ReactNode[])[]
}) {
  const { title, about, heads, rows } = props
  if (rows.length === 0) return null
  return (
    <section aria-label={title}>
      <Title order={2} size="h3" mt="lg" mb="xs">
        {title}
      </Title>
      {about && (
        <Text size="sm" c="dimmed" mb="xs">
          {about}
        </Text>
      )}
      <Table.ScrollContainer minWidth={520} type="native" tabIndex={0} role="group" aria-label={title}>
        <Table aria-label={title}>
          <Table.Thead>
            <Table.Tr>
              {heads.map((head) => (
                <Table.Th key={head} scope="col">
                  {head}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((cells, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: all rows are told anew at once
              <Table.Tr key={row}>
                {cells.map((cell, column) => (
                  <Table.Td key={heads[column]}>{cell}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </section>
  )
}
