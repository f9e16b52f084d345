import { defineTexts } from '../../app/texts.ts'

export const rolesTexts = defineTexts(
  'settings-roles',
  {
    title: 'Roles',
    about: 'Cada rol puede lo que pueden los de debajo, y algo más. Nadie da un rol más alto que el suyo.',
    table: 'Qué puede cada rol',
    ability: 'Se puede',
    yes: 'Sí',
    no: 'No',
  },
  {
    title: 'Roles',
    about: 'Each role may do what those below it may, and something more. Nobody gives a role above their own.',
    table: 'What each role may do',
    ability: 'One can',
    yes: 'Yes',
    no: 'No',
  },
)
