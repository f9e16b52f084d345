import { type BuiltInType, id, oneOf, record, text } from './words.ts'

/** What other systems ask of us on WhatsApp. */
export const whatsappTypes: readonly BuiltInType[] = [
  {
    name: 'whatsapp.send_requested',
    family: 'whatsapp',
    owner: 'cauce',
    description: 'Another system asked that somebody be written to on one of our WhatsApp lines.',
    schema: record({ line: oneOf('clientes', 'proveedores'), to: text, key: text, message: text, message_id: id }),
    examples: [
      {
        line: 'clientes',
        to: '+56987654321',
        key: '56987654321',
        message: 'Su hora es mañana a las 9.',
        message_id: '0190a0b0-0000-7000-8000-000000000003',
      },
    ],
  },
]
