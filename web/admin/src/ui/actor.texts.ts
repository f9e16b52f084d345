import { defineTexts } from '../app/texts.ts'

export const actorTexts = defineTexts(
  'actor',
  { user: 'Un usuario', key: 'Una clave de API', program: 'El programa' },
  { user: 'A user', key: 'An API key', program: 'The program' },
)
