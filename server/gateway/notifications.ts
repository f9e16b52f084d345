import type { Incoming } from '#platform/brokers/bus.ts'

/** What every node of the cluster is told. */
export type ClusterNotification = { key: string; id: string | null; contentType: string | null; body: string }

export type Notifications = {
  take(message: Incoming): void
  on(fn: (notification: ClusterNotification) => void): void
}

/** Hands what comes by the broadcast to whoever listens on this node; nothing of it is kept, and it may be lost. */
export function clusterNotifications(failed: (error: unknown) => void): Notifications {
  const listeners: ((notification: ClusterNotification) => void)[] = []
  return {
    take({ key, id, contentType, body }) {
      const notification = { key, id: id ?? null, contentType: contentType ?? null, body: body.toString('utf8') }
      for (const fn of listeners) {
        try {
          fn(notification)
        } catch (error) {
          failed(error)
        }
      }
    },
    on: (fn) => void listeners.push(fn),
  }
}
