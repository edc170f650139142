import type { Alarm } from './api.ts'

/**
 * What a vault can do wrong that people must know of: codes of the client's registry and a few of our own; the page has words for each.
 * Two are states of the log and end with them, `not_cosigned` and `log_stale`. All others were done once, and stay said until the page is
 * loaded anew: who lies for a second must not be forgotten the next.
 */
export const ALARM_CODES = [
  'bad_checkpoint',
  'not_cosigned',
  'log_rolled_back',
  'log_forked',
  'log_mismatch',
  'bad_log_entry',
  'entry_lost',
  'access_not_logged',
  'object_mismatch',
  'damaged_header',
  'damaged_commitment',
  'damaged_chunk',
  'damaged_payload',
  'payload_mismatch',
  'join_substituted',
  'bad_channel',
  /** No witness has seen the log for long: what is newer may be held back. */
  'log_stale',
  /** Live parts that do not open. */
  'live_changed',
  /** Recorded, and not handed out. */
  'withheld',
  /** Handed out twice, or in another order. */
  'reordered',
] as const
const CODES: ReadonlySet<string> = new Set(ALARM_CODES)
const MOST = 20
/** So long a checkpoint may wait for its cosignatures, ms. */
export const PATIENCE_MS = 10_000
/**
 * So old the newest cosignature may be, ms. The vault asks for new ones every two minutes; clocks of witness and browser differ, by five
 * minutes at most or the vault answers nothing.
 */
export const STALE_MS = 10 * 60_000

export class Alarms {
  readonly #about = new Map<string, Alarm>()

  static knows(code: string): boolean {
    return CODES.has(code)
  }

  /** One alarm for each thing it is about; the newest stands. */
  raise(about: string, code: string, detail: string | null, at: number): void {
    const known = this.#about.get(about)
    if (known?.code === code) return
    this.#about.delete(about)
    this.#about.set(about, { code, detail, at })
    const [oldest] = this.#about.keys()
    if (this.#about.size > MOST && oldest !== undefined) this.#about.delete(oldest)
  }

  settle(about: string): void {
    this.#about.delete(about)
  }

  /** @param now ms; a witness that is only slow is no alarm yet */
  list(now: number): readonly Alarm[] {
    return [...this.#about.values()].filter(({ code, at }) => code !== 'not_cosigned' || now - at > PATIENCE_MS)
  }
}
