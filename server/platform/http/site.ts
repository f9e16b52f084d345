import { hash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { namesTag } from '#platform/http/entity-tag.ts'

/** A built application for browsers: one page, whose own router reads the path, and the files that it loads. */
export type Site = {
  /** Answers with the file of this path; false when there is none. */
  sendFile(path: string, request: FastifyRequest, reply: FastifyReply): boolean
  sendPage(reply: FastifyReply): void
}

type File = {
  type: string
  etag: string
  cache: string
  plain: Buffer
  br: Buffer | undefined
  gzip: Buffer | undefined
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** The build names these by what is in them. */
const HASHED = /^\/assets\//
/** Where the page reads the nonce of its answer. */
const NONCE = '<meta name="csp-nonce" content="'

/** Nothing from elsewhere, no script in the page itself, and of styles in it only those that know the nonce. */
const policy = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ')

/**
 * Reads a built application into memory, so that the files of a running program stay those it began with. Beside a file
 * its `.br` and `.gz` are the same, compressed. Only what was found here is ever answered with: there is no path to escape by.
 *
 * @returns null when none was built
 */
export async function readSite(folder: string): Promise<Site | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const contents = new Map(
    await Promise.all(
      entries
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map(async ({ parentPath, name }): Promise<[string, Buffer]> => {
          const file = join(parentPath, name)
          return [`/${file.slice(join(folder, '/').length).replaceAll('\\', '/')}`, await readFile(file)]
        }),
    ),
  )
  const page = contents.get('/index.html')?.toString()
  if (page === undefined) return null
  contents.delete('/index.html')
  const files = new Map<string, File>()
  for (const [path, plain] of contents) {
    const type = TYPES[extname(path)]
    if (type === undefined) continue
    files.set(path, {
      type,
      etag: `W/"${hash('sha256', plain, 'base64url').slice(0, 22)}"`,
      cache: HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      plain,
      br: contents.get(`${path}.br`),
      gzip: contents.get(`${path}.gz`),
    })
  }
  return {
    sendFile(path, { headers }, reply) {
      const file = files.get(path)
      if (file === undefined) return false
      reply.headers({ 'cache-control': file.cache, etag: file.etag, vary: 'accept-encoding' })
      if (namesTag(headers['if-none-match'] ?? '', file.etag)) {
        reply.code(304).send()
        return true
      }
      const accepted = String(headers['accept-encoding'] ?? '')
      const coding = (['br', 'gzip'] as const).find((name) => file[name] !== undefined && takes(accepted, name))
      if (coding !== undefined) reply.header('content-encoding', coding)
      reply
        .code(200)
        .type(file.type)
        .send(coding === undefined ? file.plain : file[coding])
      return true
    },
    // Never from a cache: the nonce is of this answer, and the page is small.
    sendPage(reply) {
      const nonce = randomBytes(16).toString('base64')
      reply
        .code(200)
        .headers({
          'content-security-policy': policy(nonce),
          'cross-origin-opener-policy': 'same-origin',
          'cache-control': 'no-store',
        })
        .type('text/html; charset=utf-8')
        .send(page.replace(NONCE, NONCE + nonce))
    },
  }
}

const takes = (accepted: string, coding: string): boolean =>
  accepted.split(',').some((one) => {
    const [name = '', weight = ''] = one.split(';')
    return name.trim() === coding && !/^\s*q=0(\.0*)?\s*$/.test(weight)
  })
