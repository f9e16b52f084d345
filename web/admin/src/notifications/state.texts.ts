import { defineTexts } from '../app/texts.ts'

export const stateTexts = defineTexts(
  'notification-states',
  {
    held: 'Espera su hora',
    queued: 'En camino',
    sent: 'Enviada',
    failed: 'Falló',
    suppressed: 'No se envió',
    cancelled: 'Anulada',
    push: 'push',
    email: 'correo',
    inbox: 'bandeja',
  },
  {
    held: 'Waits for its time',
    queued: 'On its way',
    sent: 'Sent',
    failed: 'Failed',
    suppressed: 'Not sent',
    cancelled: 'Called off',
    push: 'push',
    email: 'e-mail',
    inbox: 'inbox',
  },
)
