import type { ReactNode } from 'react'

/** Six digits to be compared with another screen. Heard one by one. */
export function Digits({ digits }: { readonly digits: string }): ReactNode {
  const each = [...digits]
  return (
    <p className="digits">
      <span className="only-heard">{each.join(' ')}</span>
      {each.map((digit, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: digits stand still
        <span key={i} aria-hidden="true">
          {digit}
        </span>
      ))}
    </p>
  )
}
