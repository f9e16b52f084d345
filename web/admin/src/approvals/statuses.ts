export const STATUSES = ['pending', 'approved', 'rejected', 'expired', 'withdrawn'] as const
