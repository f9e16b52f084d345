import { defineTexts } from '../app/texts.ts'

export const actorTexts = defineTexts(
  'actor',
  { user: 'Un usuario', key: 'Una clave de API', keyNamed: 'Clave «{{name}}»', program: 'El programa' },
  { user: 'A user', key: 'An API key', keyNamed: 'Key “{{name}}”', program: 'The program' },
)
