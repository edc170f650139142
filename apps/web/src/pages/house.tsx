import type { ReactNode } from 'react'

/** Where the windows of the house are; each step of the first run lights one. */
const WINDOWS = [
  [150, 196],
  [206, 196],
  [150, 252],
  [206, 252],
  [178, 140],
] as const

/** The house of the first run: at dusk, its windows light up as things get done. */
export function House({ lit }: { readonly lit: number }): ReactNode {
  return (
    <svg className="house" viewBox="0 0 400 360" aria-hidden="true" preserveAspectRatio="xMidYMax meet">
      <circle cx="330" cy="62" r="15" className="moon" />
      <path className="hill far" d="M-900 330c300-70 700-90 1090-56s500-60 1100-30v200H-900z" />
      <path className="wall" d="M118 318V168l74-66 74 66v150z" />
      <path className="roof" d="m102 178 90-80 90 80" />
      <path className="chimney" d="M232 150v-52h20v72z" />
      {WINDOWS.map(([x, y], i) => (
        <g key={`${x} ${y}`} className="window" data-lit={i < lit || undefined}>
          <rect x={x} y={y} width="28" height="34" rx="4" />
          <path d={`M${x + 14} ${y}v34M${x} ${y + 17}h28`} />
        </g>
      ))}
      <path className="door" d="M178 318v-26a14 14 0 0 1 28 0v26z" />
      <path className="hill near" d="M-900 352c300-34 760-44 1140-34s600 10 1060 6v200H-900z" />
      <g className="lamp" data-lit={lit > 0 || undefined}>
        <circle cx="316" cy="252" r="34" />
        <path d="M316 320v-62" />
        <circle cx="316" cy="252" r="6" />
      </g>
    </svg>
  )
}
