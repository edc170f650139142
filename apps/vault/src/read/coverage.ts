import { canRead } from '@hausrecht/chain/rights'
import type { Device, HouseholdState } from '@hausrecht/chain/state'
import { LIMITS } from '@hausrecht/contract/limits'
import type { RunPage } from '@hausrecht/contract/schemas'
import type { StreamId } from '@hausrecht/crypto/ids'
import { KINDS } from '@hausrecht/media/segment/kinds'
import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../db/connect.ts'
import { VaultRefusal } from '../errors.ts'

type Query = { readonly stream: StreamId; readonly lo: number; readonly hi: number; readonly gap: number }
type Run = { readonly lo: number; readonly hi: number; readonly count: number; readonly bytes: number }

const PAGE = LIMITS.runsPerPage
/** From here on, summing up first is less work than it saves. */
const PILE_MIN = 32

/** Which slot since 1970 a leaf is: a day has 65,536 leaves, and uses the first 43,200. Time goes on at midnight, leaves jump. */
const slot = (leaf: RawBuilder<number>): RawBuilder<number> =>
  sql<number>`(((${leaf}) >> 16) * 43200 + least((${leaf}) & 65535, 43200))`

/** Where a stream has recordings, without a row for each. */
export class Coverage {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  /**
   * Runs of leaves lo…hi: two neighbours of which fewer than `gap` slots lie apart are of one run. Objects that stand for time without
   * recording are listed apart. A page ends before `next`. @throws VaultRefusal bad_range | not_allowed
   */
  async list(state: HouseholdState, device: Device, query: Query): Promise<RunPage> {
    const { stream, lo, hi } = query
    if (lo > hi) throw new VaultRefusal('bad_range')
    if (!canRead(state, device.id, stream, lo)) throw new VaultRefusal('not_allowed')
    const gaps = await this.#gaps(state.household, query)
    const over = gaps[PAGE]
    // A page ends in front of a leaf; one leaf with more gap objects than that is nobody's honest recorder.
    const end = over === undefined ? hi : Math.max(lo, over.leaf - 1)
    const { runs, next: more } = await this.#runs(state.household, { ...query, hi: end })
    const next = more ?? (end < hi ? end + 1 : null)
    return { runs, gaps: gaps.slice(0, PAGE).filter(({ leaf }) => next === null || leaf < next), next }
  }

  async #gaps(household: string, { stream, lo, hi }: Query): Promise<RunPage['gaps']> {
    const rows = await this.#db
      .selectFrom('object')
      .select(['object_id', 'leaf', 'generation'])
      .where('household', '=', household)
      .where('stream', '=', stream)
      .where('kind', '=', sql.lit(KINDS.gap))
      .where('leaf', '>=', lo)
      .where('leaf', '<=', hi)
      .orderBy('leaf')
      .limit(PAGE + 1)
      .execute()
    return rows.map(row => ({ objectId: row.object_id, leaf: row.leaf, generation: row.generation }))
  }

  /**
   * Gaps and islands in one pass over the index `object_by_leaf`, without a sort: what is left of it are the last rows of the runs, with
   * what there was up to them. Within `gap` slots in a row there can be no break, so for wide gaps these are summed up first.
   */
  async #runs(household: string, { stream, lo, hi, gap }: Query): Promise<{ runs: Run[]; next: number | null }> {
    const objects = sql`object where household = ${household} and stream = ${stream} and leaf between ${lo} and ${hi}
      and kind <> ${sql.lit(KINDS.gap)}`
    const isNarrow = gap < PILE_MIN
    const count = isNarrow ? sql`row_number()` : sql`sum(n)`
    const pile = isNarrow
      ? sql`select leaf as lo, leaf as hi, size::int as bytes from ${objects}`
      : sql`select min(leaf) as lo, max(leaf) as hi, count(*)::int as n, sum(size::int)::bigint as bytes from ${objects}
            group by ${slot(sql`leaf`)} / ${sql.lit(gap)}`
    const { rows } = await sql<Run & { next: number | null }>`
      with row as (
        select hi, lead(lo) over upto as next, ${count} over upto as n, sum(bytes) over upto as bytes from (${pile}) as pile
        window upto as (order by lo rows unbounded preceding)),
      last as (
        select * from row where next is null
          or (next - hi >= ${sql.lit(gap)} and ${slot(sql`next`)} - ${slot(sql`hi`)} >= ${sql.lit(gap)})
        order by hi limit ${sql.lit(PAGE)})
      select coalesce(lag(next) over runs, (select min(leaf) from ${objects})) as lo, hi, next,
        (n - coalesce(lag(n) over runs, 0))::bigint as count, (bytes - coalesce(lag(bytes) over runs, 0))::bigint as bytes
      from last window runs as (order by hi)`.execute(this.#db)
    const runs = rows.map(({ lo: from, hi: to, count, bytes }) => ({ lo: from, hi: to, count, bytes }))
    return { runs, next: rows.at(-1)?.next ?? null }
  }
}
