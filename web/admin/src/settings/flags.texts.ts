import { defineTexts } from '../app/texts.ts'

export const flagsTexts = defineTexts(
  'settings-flags',
  {
    title: 'Interruptores',
    about: 'Lo que se enciende y apaga sin parar el programa. Cada cambio queda en el registro de actos.',
    on: 'Encendido',
    off: 'Apagado',
    nothing: 'vacío',
    installation: 'para toda la instalación',
    fromStart: 'vale desde el próximo arranque',
    reset: 'Volver a lo normal',
    defaultIs: 'Lo normal: {{value}}',
    done: 'Cambiado; vale desde ya',
    doneAtStart: 'Cambiado; vale desde el próximo arranque',
    save: 'Guardar',
  },
  {
    title: 'Flags',
    about: 'What is switched on and off while the program runs. Every change is in the audit log.',
    on: 'On',
    off: 'Off',
    nothing: 'nothing',
    installation: 'for the whole installation',
    fromStart: 'holds from the next start',
    reset: 'Back to normal',
    defaultIs: 'Normally: {{value}}',
    done: 'Changed; it holds from now on',
    doneAtStart: 'Changed; it holds from the next start',
    save: 'Save',
  },
)
