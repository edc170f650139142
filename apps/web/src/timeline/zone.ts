/** Wall clocks of an IANA time zone: stretches of time with one offset from UTC each, found by asking `Intl`. */
export type Stretch = { readonly from: number; readonly to: number; readonly offset: number }

const DAY = 86_400_000
/** Offsets are looked up in blocks of so many days, once. */
const BLOCK = 32 * DAY
/** Zones change their clocks at most once in this time, and for longer than this. */
const STRIDE = DAY
const BLOCKS_MOST = 256

const valid = new Map<string, boolean>()

/** The zone, or UTC where the browser does not know it. */
export function knownZone(zone: string): string {
  let ok = valid.get(zone)
  if (ok === undefined) {
    try {
      new Intl.DateTimeFormat('en', { timeZone: zone })
      ok = true
    } catch {
      ok = false
    }
    valid.set(zone, ok)
  }
  return ok ? zone : 'UTC'
}

const zones = new Map<string, Zone>()

export function zoneOf(name: string): Zone {
  let zone = zones.get(name)
  if (zone === undefined) {
    zone = new Zone(knownZone(name))
    zones.set(name, zone)
  }
  return zone
}

export class Zone {
  readonly name: string
  readonly #format: Intl.DateTimeFormat
  readonly #blocks = new Map<number, readonly Stretch[]>()

  constructor(name: string) {
    this.name = name
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  }

  /** Stretches of one offset that together make up [from, to). */
  stretches(from: number, to: number): readonly Stretch[] {
    const out: Stretch[] = []
    for (let block = Math.floor(from / BLOCK); block * BLOCK < to; block++) {
      for (const stretch of this.#block(block)) {
        const [start, end] = [Math.max(from, stretch.from), Math.min(to, stretch.to)]
        if (start >= end) continue
        const last = out.at(-1)
        if (last !== undefined && last.offset === stretch.offset) out[out.length - 1] = { ...last, to: end }
        else out.push({ from: start, to: end, offset: stretch.offset })
      }
    }
    return out
  }

  /** What the wall clock is ahead of UTC, ms. */
  offsetAt(at: number): number {
    return this.stretches(at, at + 1)[0]?.offset ?? 0
  }

  /** Moments at which a calendar day begins in [from, to): midnight, or where the clock jumps over midnight. */
  dayStarts(from: number, to: number): readonly number[] {
    const out: number[] = []
    const stretches = this.stretches(from - 2 * DAY, to)
    let date = Number.NEGATIVE_INFINITY
    for (const { from: start, to: end, offset } of stretches) {
      const first = Math.floor((start + offset) / DAY)
      if (first > date && start >= from) out.push(start)
      date = Math.max(date, first)
      for (let midnight = (first + 1) * DAY - offset; midnight < end; midnight += DAY) {
        const day = Math.floor((midnight + offset) / DAY)
        // A clock that is set back over midnight begins no day twice.
        if (day > date && midnight >= from) out.push(midnight)
        date = Math.max(date, day)
      }
    }
    return out.filter(at => at < to)
  }

  /** The calendar day a moment lies in. */
  dayAt(at: number): { readonly from: number; readonly to: number } {
    const starts = this.dayStarts(at - 3 * DAY, at + 3 * DAY)
    const from = starts.findLast(start => start <= at) ?? at
    return { from, to: starts.find(start => start > at) ?? at }
  }

  #block(block: number): readonly Stretch[] {
    let made = this.#blocks.get(block)
    if (made === undefined) {
      if (this.#blocks.size >= BLOCKS_MOST) this.#blocks.clear()
      made = this.#read(block * BLOCK, (block + 1) * BLOCK)
      this.#blocks.set(block, made)
    }
    return made
  }

  #read(from: number, to: number): readonly Stretch[] {
    const out: Stretch[] = []
    let start = from
    let offset = this.#ask(from)
    for (let at = from; at < to; at += STRIDE) {
      const end = Math.min(to, at + STRIDE)
      const after = this.#ask(end)
      if (after === offset) continue
      const change = this.#change(at, end, offset)
      out.push({ from: start, to: change, offset })
      start = change
      offset = after
    }
    if (start < to) out.push({ from: start, to, offset })
    return out
  }

  /** The first moment between two that does not have the offset of the first, to the second. */
  #change(from: number, to: number, offset: number): number {
    let [lo, hi] = [from, to]
    while (hi - lo > 1000) {
      const mid = lo + Math.floor((hi - lo) / 2000) * 1000
      if (this.#ask(mid) === offset) lo = mid
      else hi = mid
    }
    return hi
  }

  #ask(at: number): number {
    const whole = Math.floor(at / 1000) * 1000
    const part: Record<string, number> = {}
    for (const { type, value } of this.#format.formatToParts(whole)) part[type] = Number(value)
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
    return Date.UTC(year, month - 1, day, hour, minute, second) - whole
  }
}
