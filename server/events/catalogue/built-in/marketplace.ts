import type { Json } from '#platform/event.ts'
import { amount, type BuiltInType, count, currency, id, moment, oneOf, record, text } from './words.ts'

type Fields = { readonly [name: string]: Json }

const type = (
  family: string,
  name: string,
  description: string,
  required: Fields,
  optional: Fields,
  example: Fields,
): BuiltInType => ({
  name,
  family,
  owner: 'marketplace',
  description,
  schema: record(required, optional),
  examples: [example],
})

const price = { amount, currency }
const rating: Json = { type: 'integer', minimum: 1, maximum: 5 }

/** The event types of a marketplace of local services: eight families, each event with its payload. */
export const marketplaceTypes: readonly BuiltInType[] = [
  type(
    'core',
    'TenantCreated',
    'A business joined.',
    { tenantId: id, name: text },
    { country: text, plan: text },
    {
      tenantId: 't-17',
      name: 'Taller Sur',
      country: 'CL',
    },
  ),
  type(
    'core',
    'TenantVerified',
    'A business proved who it is.',
    { tenantId: id },
    { method: text, verifiedBy: id },
    {
      tenantId: 't-17',
      method: 'document',
    },
  ),
  type(
    'core',
    'BranchUpdated',
    'A branch changed.',
    { branchId: id },
    { changedFields: { type: 'array', items: text } },
    {
      branchId: 'b-3',
      changedFields: ['address'],
    },
  ),
  type(
    'catalogue',
    'ListingPublished',
    'A listing can be found.',
    { listingId: id, title: text },
    { categoryId: id, ...price },
    {
      listingId: 'l-9',
      title: 'Cambio de aceite',
      amount: 25000,
      currency: 'CLP',
    },
  ),
  type(
    'catalogue',
    'ListingFlagged',
    'Somebody objected to a listing.',
    { listingId: id, reason: text },
    { flaggedBy: id },
    {
      listingId: 'l-9',
      reason: 'misleading price',
    },
  ),
  type(
    'search',
    'ListingViewed',
    'A listing was looked at.',
    { listingId: id },
    { viewerId: id, sessionId: id, query: text, rank: count },
    {
      listingId: 'l-9',
      query: 'aceite',
      rank: 2,
    },
  ),
  type(
    'search',
    'WhatsAppClicked',
    'Somebody went on to WhatsApp from a listing.',
    { listingId: id },
    { viewerId: id, sessionId: id },
    {
      listingId: 'l-9',
      sessionId: 's-1',
    },
  ),
  type(
    'tickets',
    'TicketCreated',
    'A customer asked for something.',
    { ticketId: id },
    { customerId: id, title: text, channel: text, priority: oneOf('low', 'normal', 'high', 'urgent') },
    {
      ticketId: 'tk-1',
      customerId: 'c-8',
      title: 'No arranca',
      priority: 'high',
    },
  ),
  type(
    'tickets',
    'TicketAssigned',
    'Somebody took a ticket.',
    { ticketId: id, assigneeId: id },
    { assignedBy: id },
    {
      ticketId: 'tk-1',
      assigneeId: 'u-2',
    },
  ),
  type(
    'tickets',
    'QuoteSent',
    'A customer got a quote.',
    { quoteId: id, ticketId: id, ...price },
    { validUntil: moment },
    {
      quoteId: 'q-5',
      ticketId: 'tk-1',
      amount: 90000,
      currency: 'CLP',
      validUntil: '2026-05-01T00:00:00Z',
    },
  ),
  type(
    'tickets',
    'QuoteApproved',
    'A customer agreed to a quote.',
    { quoteId: id, ticketId: id },
    { approvedBy: id },
    {
      quoteId: 'q-5',
      ticketId: 'tk-1',
    },
  ),
  type(
    'tickets',
    'TicketClosed',
    'A ticket is over.',
    { ticketId: id },
    { resolution: text, closedBy: id },
    {
      ticketId: 'tk-1',
      resolution: 'repaired',
    },
  ),
  type(
    'crm',
    'LeadCreated',
    'Somebody may become a customer.',
    { leadId: id },
    { listingId: id, contactId: id, channel: text },
    {
      leadId: 'ld-4',
      listingId: 'l-9',
      channel: 'whatsapp',
    },
  ),
  type(
    'crm',
    'LeadStatusChanged',
    'A lead came closer or went away.',
    { leadId: id, from: text, to: text },
    { changedBy: id },
    {
      leadId: 'ld-4',
      from: 'new',
      to: 'contacted',
    },
  ),
  type(
    'monetization',
    'SubscriptionStarted',
    'A business began to pay for a plan.',
    { subscriptionId: id, planId: id },
    { startedAt: moment, ...price },
    {
      subscriptionId: 'sub-1',
      planId: 'pro',
      startedAt: '2026-04-04T00:00:00Z',
    },
  ),
  type(
    'monetization',
    'PaymentCaptured',
    'Money came in.',
    { paymentId: id, ...price },
    { method: text, invoiceId: id },
    {
      paymentId: 'p-77',
      amount: 19990,
      currency: 'CLP',
      method: 'card',
    },
  ),
  type(
    'monetization',
    'PerformanceChargeCreated',
    'A result is charged for.',
    { chargeId: id, ...price },
    { leadId: id, ticketId: id, basis: text },
    {
      chargeId: 'ch-2',
      leadId: 'ld-4',
      amount: 1500,
      currency: 'CLP',
    },
  ),
  type(
    'monetization',
    'ChargeDisputed',
    'A business objected to a charge.',
    { chargeId: id, reason: text },
    { disputedBy: id, ...price },
    {
      chargeId: 'ch-2',
      reason: 'lead without telephone',
    },
  ),
  type(
    'ambassadors',
    'TenantAttributed',
    'A business is credited to an ambassador.',
    { ambassadorId: id, attributedTenantId: id },
    { campaign: text },
    {
      ambassadorId: 'am-1',
      attributedTenantId: 't-17',
    },
  ),
  type(
    'ambassadors',
    'CommissionCalculated',
    'An ambassador earned something.',
    { commissionId: id, ambassadorId: id, ...price },
    { basis: text, cycleId: id },
    {
      commissionId: 'cm-3',
      ambassadorId: 'am-1',
      amount: 3000,
      currency: 'CLP',
    },
  ),
  type(
    'ambassadors',
    'PayoutCycleClosed',
    'A period is settled.',
    { cycleId: id, ...price },
    { from: moment, to: moment, payouts: count },
    {
      cycleId: '2026-03',
      amount: 120000,
      currency: 'CLP',
      payouts: 14,
    },
  ),
  type(
    'reputation',
    'ReviewCreated',
    'A customer judged the work.',
    { reviewId: id, rating },
    { ticketId: id, listingId: id, text },
    {
      reviewId: 'r-6',
      ticketId: 'tk-1',
      rating: 5,
    },
  ),
  type(
    'reputation',
    'ModerationActionTaken',
    'A moderator intervened.',
    { actionId: id, targetId: id, action: text },
    { targetType: text, reason: text, moderatorId: id },
    {
      actionId: 'ma-1',
      targetId: 'l-9',
      action: 'hidden',
      reason: 'misleading price',
    },
  ),
]
