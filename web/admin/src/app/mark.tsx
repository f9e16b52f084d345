/** The mark: one line that bends like a riverbed and comes back. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} fill="none" aria-hidden="true">
      <path
        d="M25 8.5C20.5 4.2 12 4.8 8.4 9.6c-3.3 4.4-1.3 8.2 3.6 9.2 4.3.9 8.4-.6 12.2 1.2 3.2 1.5 3.3 5-.2 6.5-4.8 2-11.5.8-16-1.7"
        stroke="var(--current-mark)"
        strokeWidth="3"
        strokeLinecap="round"
      />
    </svg>
  )
}
