/**
 * The processes of one `npm start` live and die together. SIGKILL cannot be passed on, so who depends on another
 * looks whether it is still there: otherwise a killed start would leave a server behind that holds the port.
 */
import { Socket } from 'node:net'

const LOOK_MS = 250

/** In the child: descriptor 3 is a pipe that closes when the parent is gone. */
export function dieWithParent() {
  const pipe = new Socket({ fd: 3, readable: true, writable: false })
  pipe.on('error', () => {})
  pipe.on('close', () => process.kill(process.pid, 'SIGKILL'))
  pipe.resume()
  pipe.unref()
}

/** In the process that npm started for a script of ours: npm waits for it, so an npm that is gone was killed. */
export function dieWithNpm() {
  if (!/^node cauce\.mjs\b/.test(process.env.npm_lifecycle_script ?? '')) return
  const npm = process.ppid
  setInterval(() => {
    if (process.ppid !== npm) process.kill(process.pid, 'SIGKILL')
  }, LOOK_MS).unref()
}
