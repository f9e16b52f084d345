import { useTexts } from '../app/texts.ts'
import { brokersTexts } from './texts.ts'

/** Where messages of a broker come in. */
export const DOORS = ['events', 'work', 'task', 'node', 'notification'] as const

/** A door as people call it. */
export function useDoorName(): (door: string) => string {
  const t = useTexts(brokersTexts)
  return (door) => {
    const known = DOORS.find((each) => each === door)
    return known === undefined ? door : t(`door-${known}`)
  }
}
