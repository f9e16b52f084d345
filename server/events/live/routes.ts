import type { ServerResponse } from 'node:http'
import { Type } from '@sinclair/typebox'
import { createRoom } from '#events/live/room.ts'
import { type Route, route } from '#platform/http/route.ts'
import { Problem } from '#platform/problem.ts'
import type { Runtime } from '#platform/service.ts'

/** Streams at once: of one caller, whose browser itself opens no more than six to a host, and of all on a node. */
const MOST_OF_ONE = 10
const MOST = 1_000
/** Proxies and browsers drop what is silent for long. */
const HEARTBEAT_MS = 15_000
/** A reader with so much waiting is behind; one that is at two heartbeats in a row has gone without saying so. */
const BEHIND_BYTES = 64 * 1024
const RETRY_MS = 2_000

type Stream = { response: ServerResponse; behind: number }

/** New events to whoever looks on, from the tail in memory: nothing is asked of the database, and nothing done for nobody. */
export function liveRoutes(runtime: Runtime): Route[] {
  const rooms = new Map<string, ReturnType<typeof createRoom>>()
  const streams = new Set<Stream>()
  const byCaller = new Map<string, number>()
  let leave: (() => void) | undefined
  let heart: NodeJS.Timeout | undefined

  function begin(): void {
    leave = runtime.watchLog((events) => {
      for (const event of events) rooms.get(event.tenant)?.tell(event)
    })
    heart = setInterval(beat, HEARTBEAT_MS)
  }

  function end(): void {
    leave?.()
    clearInterval(heart)
  }

  function beat(): void {
    for (const stream of streams) {
      stream.behind = isBehind(stream.response) ? stream.behind + 1 : 0
      if (stream.behind > 1) stream.response.destroy()
      else stream.response.write(':\n\n')
    }
  }

  function open(tenant: string, caller: string, response: ServerResponse, over: AbortSignal): void {
    if (streams.size === 0) begin()
    const room = rooms.get(tenant) ?? createRoom()
    rooms.set(tenant, room)
    const stream: Stream = { response, behind: 0 }
    streams.add(stream)
    byCaller.set(caller, (byCaller.get(caller) ?? 0) + 1)
    const away = room.add({
      take(frame) {
        if (isBehind(response)) return false
        response.write(frame)
        return true
      },
    })
    const close = () => {
      away()
      if (room.empty) rooms.delete(tenant)
      const others = (byCaller.get(caller) ?? 1) - 1
      if (others === 0) byCaller.delete(caller)
      else byCaller.set(caller, others)
      streams.delete(stream)
      if (streams.size === 0) end()
      // The end would wait behind what a slow reader has not taken.
      if (isBehind(response)) response.destroy()
      else response.end()
    }
    if (over.aborted) close()
    else over.addEventListener('abort', close, { once: true })
  }

  return [
    route({
      method: 'GET',
      path: '/api/v1/live',
      permission: 'events:read',
      tag: 'Events',
      summary: 'New events as they come, as Server-Sent Events',
      description:
        'For pages that look on. The data of each message is `{"events": [{"position", "id", "type", "subject", "conversationId", "time"}], "left": 0}`: at most 20 events four times a second, and how many more there were. What happened before, or while the connection was away, is not told: look at the lists. It ends with the session. At most ten at once for one caller.',
      answer: Type.String(),
      answerType: 'text/event-stream',
      async handle({ identity, request, reply, lasts }) {
        reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no')
        if (request.method === 'HEAD') return ''
        const caller = `${identity.tenant} ${identity.actor}`
        if (streams.size >= MOST || (byCaller.get(caller) ?? 0) >= MOST_OF_ONE) {
          throw new Problem(429, 'too-many-streams', 'Too many connections look on already. Close some of them.', {
            retryAfterS: HEARTBEAT_MS / 1_000,
          })
        }
        const over = lasts()
        reply.hijack()
        reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>)
        reply.raw.write(`retry: ${RETRY_MS}\n\n`)
        open(identity.tenant, caller, reply.raw, over)
      },
    }),
  ]
}

const isBehind = (response: ServerResponse): boolean => response.writableLength > BEHIND_BYTES
