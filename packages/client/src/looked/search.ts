import type { LoggedAccess } from '../chain-state.ts'
import { ClientError } from '../errors.ts'
import type { matcher } from './query.ts'
import type { AccessSource } from './source.ts'

/** So many accesses one search gives at most; the next one goes on. */
export const LOOKED_PAGE_MOST = 1000

export type Found = {
  /** Newest first, by their place in the log. */
  readonly rows: readonly LoggedAccess[]
  /** Give this as `before` to go on; null when the whole log has been looked through. */
  readonly next: number | null
  /** So many were left out although they might match: the name of their device or camera is not known here. */
  readonly unnamed: number
}

export type SearchOptions = {
  /** Only accesses before this place in the log; null is its end. */
  readonly before?: number | null
  readonly limit: number
  readonly signal?: AbortSignal | undefined
  /** Called with the place in the log down to which it was looked through. */
  readonly onProgress?: ((place: number) => void) | undefined
}

/**
 * Looks through the log from its end for accesses that match. Memory is bounded by one page of the source and `limit`. Nothing is
 * skipped for its time: times are the vault's word, and one that it dates back must be found as well.
 * @throws ClientError bad_argument for a limit beyond LOOKED_PAGE_MOST; whatever the source throws; the signal's reason
 */
export async function searchAccesses(
  source: AccessSource,
  matches: ReturnType<typeof matcher>,
  { before = null, limit, signal, onProgress }: SearchOptions,
): Promise<Found> {
  if (!(limit >= 1 && limit <= LOOKED_PAGE_MOST)) throw new ClientError('bad_argument', 'limit')
  const rows: LoggedAccess[] = []
  let unnamed = 0
  for (let place = before; ; ) {
    signal?.throwIfAborted()
    const page = await source(place)
    for (const logged of page.found) {
      const verdict = matches(logged.access)
      if (verdict === 'unnamed') unnamed++
      if (verdict !== 'match') continue
      rows.push(logged)
      if (rows.length === limit) return { rows, next: logged.index, unnamed }
    }
    onProgress?.(page.next ?? 0)
    if (page.next === null) return { rows, next: null, unnamed }
    place = page.next
  }
}

/** All that match, page by page, newest first: for an export of any length. @throws as `searchAccesses` */
export async function* everyAccess(
  source: AccessSource,
  matches: ReturnType<typeof matcher>,
  options: Pick<SearchOptions, 'signal' | 'onProgress'> = {},
): AsyncGenerator<Found> {
  for (let before: number | null = null; ; ) {
    const found = await searchAccesses(source, matches, { ...options, before, limit: LOOKED_PAGE_MOST })
    yield found
    if (found.next === null) return
    before = found.next
  }
}
