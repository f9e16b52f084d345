import type { Lit } from '../model/playing.ts'

export function Simulation(_props: { onLit: (lit: Lit | null) => void; onClose: () => void; narrow?: boolean }) {
  return null
}
