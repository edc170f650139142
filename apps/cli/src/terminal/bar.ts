const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of `width` columns, filled to `fraction` (0 to 1) in steps of an eighth of a column. */
export function bar(fraction: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, fraction)) * width * 8)
  const full = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
  return full.padEnd(width, '·')
}

export type Rate = Readonly<{ perSecond: number; remainingMs: number | undefined }>

/** How fast something went over the last seconds, and how long the rest will take at that pace. */
export function createRate(total: number, windowMs = 5000): (done: number, now: number) => Rate {
  const seen: { done: number; at: number }[] = []
  return (done, now) => {
    seen.push({ done, at: now })
    while (seen.length > 2 && now - (seen[1]?.at ?? now) > windowMs) seen.shift()
    const first = seen[0]
    if (first === undefined || now === first.at) return { perSecond: 0, remainingMs: undefined }
    const perSecond = (1000 * (done - first.done)) / (now - first.at)
    return { perSecond, remainingMs: perSecond > 0 ? (1000 * (total - done)) / perSecond : undefined }
  }
}
