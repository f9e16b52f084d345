import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPastTense, nameWarnings } from './past-tense.ts'

test('what happened is known by its last word, however it is written', () => {
  for (const name of [
    'TicketCreated',
    'QuoteSent',
    'ModerationActionTaken',
    'WhatsAppClicked',
    'PayoutCycleClosed',
    'encounter.tmipw_expired',
    'encounter.message_received',
    'order.paid',
    'com.example.order.shipped.v2',
    'invoice-overdue',
    'user.loggedOut.logged',
    'HTTPRequestFailed',
    'passwordReset',
    'pedido.creado',
    'cita_cancelada',
    'pagos.recibidos',
    'contrato.resuelto',
    'informe.escrito',
    'cuenta.abierta',
    'paquete.devuelto',
    'solicitud.inscrita',
    'ReclamoAtendido',
  ]) {
    assert.equal(isPastTense(name), true, name)
  }
})

test('a command, a thing or a state is not', () => {
  for (const name of [
    'CreateTicket',
    'order.create',
    'order',
    'send_quote',
    'user.feed',
    'process.proceed',
    'pedido.crear',
    'pedido.estado',
    'mercado',
    'lead.status',
    'encounter.speed',
    '',
    '.',
    'ticket.creating',
  ]) {
    assert.equal(isPastTense(name), false, name)
  }
})

test('the warning names the field and never refuses', () => {
  assert.deepEqual(nameWarnings('TicketCreated'), [])
  assert.equal(nameWarnings('CreateTicket')[0]?.path, '/name')
})
