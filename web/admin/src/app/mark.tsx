/** The mark: one line that bends like a riverbed and comes back. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} fill="none" aria-hidden="true">
      <path
        d="M24.2 8.6C21 5 16.6 3.6 12.4 5.2 7.4 7 4.4 12 5.2 17.2c.8 5.4 5.6 8.6 10.4 7.4 4-1 5-4.6 8.6-5.2 2.2-.4 3.8.6 4.8 2.2"
        stroke="var(--current-mark)"
        strokeWidth="3"
        strokeLinecap="round"
      />
    </svg>
  )
}
