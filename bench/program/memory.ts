import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const PAGE_BYTES = 4096
const SAMPLE_MS = 200

/** Resident bytes of a process. */
export function residentBytes(pid: number): number {
  if (process.platform === 'linux') {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES
  }
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) * 1024
}

export const mib = (bytes: number): number => bytes / 2 ** 20

/** Samples until `stop`, which gives the peak since the last `peak`. */
export function watchMemory(pid: number): { peak(): number; stop(): number } {
  let most = 0
  const look = () => {
    try {
      most = Math.max(most, residentBytes(pid))
    } catch {
      // It ended between two looks.
    }
  }
  look()
  const timer = setInterval(look, SAMPLE_MS)
  const peak = () => {
    const was = most
    most = 0
    look()
    return was
  }
  return {
    peak,
    stop() {
      clearInterval(timer)
      return peak()
    },
  }
}
