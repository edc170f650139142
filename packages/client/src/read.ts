import { firstKept, isGone } from '@hausrecht/chain/retention'
import type { ObjectRow } from '@hausrecht/contract/schemas'
import { type ObjectId, parseObjectId, type StreamId } from '@hausrecht/crypto/ids'
import { leafOf, leafRange, leafStart, MAX_LEAF } from '@hausrecht/keytree/leaf'
import { isKind, KINDS, type Kind } from '@hausrecht/media/segment/kinds'
import type { MediaPayload } from '@hausrecht/media/segment/payload'
import { Accesses } from './accesses.ts'
import { type OpenDevice, self, sync } from './device.ts'
import { ClientError } from './errors.ts'
import { streamOf } from './household.ts'
import { householdNow } from './household-clock.ts'
import type { LeafRange } from './key-store.ts'
import { type Withheld, withheldIn } from './manifests.ts'
import { type Opened, openSegment } from './open.ts'
import { type Finding, overlaps, SequenceCheck, subtract } from './sequence.ts'
import { VaultError } from './vault-error.ts'

export type RangeRequest = {
  readonly stream: StreamId
  /** ms since 1970, `to` not included. */
  readonly from: number
  readonly to: number
  /** Objects fetched at once. */
  readonly inFlight?: number
  /**
   * Segments read before the range, for one who plays rather than exports: enough to begin in the middle of one. Left out: all within
   * `NEIGHBOUR_LEAVES` on both sides, whose numbers prove that nothing was cut off at the ends.
   */
  readonly lead?: number
  /** Accesses that several readers share. */
  readonly accesses?: Accesses
  readonly signal?: AbortSignal
}

/** An opened, checked segment that has something of the range in it. */
export type Segment = { readonly object: ObjectId; readonly generation: number; readonly leaf: number } & MediaPayload

export type RangeItem =
  | { readonly type: 'segment'; readonly segment: Segment }
  | { readonly type: 'finding'; readonly finding: Finding }

export const IN_FLIGHT = 8
/**
 * Leaves read on each side of a range (one minute): the segment that began before it, and the neighbours whose numbers show that
 * nothing was cut off at its ends. The access entry names this wider range.
 */
export const NEIGHBOUR_LEAVES = 30
/** Index rows searched behind a range for gap objects that explain it: about a day of segments. */
const GAP_ROWS_MAX = 20_000

/**
 * Reads a range of a stream: log first, then fetch, open, and check the sequence. Segments come in the order of recording; findings
 * come where they are found, those about holes at the end. One damaged object is a finding and does not stop the rest.
 * @throws ClientError access_not_logged …, ForkError, VaultError: nothing more can be read
 */
export async function* readRange(device: OpenDevice, request: RangeRequest): AsyncGenerator<RangeItem, void> {
  const { stream, from, to, signal } = request
  await sync(device)
  const asked = leafRange(from, to)
  const lowest = stream === device.chain.state.logStream ? 0 : self(device).entitlement.from
  const wide = {
    lo: Math.max(asked.lo - NEIGHBOUR_LEAVES, Math.min(lowest, asked.lo), 0),
    hi: Math.min(asked.hi + NEIGHBOUR_LEAVES, MAX_LEAF),
  }
  const check = new SequenceCheck({ from, to })
  const accesses = request.accesses ?? new Accesses(device)
  const fetcher = new Fetcher(device, stream, wide, accesses, signal)
  const { lead } = request
  const whole = listed(device, stream, lead === undefined ? wide : { lo: wide.lo, hi: asked.hi }, signal)
  const seen = new Set<string>()
  const noted = remembered(whole, seen)
  const rows = lead === undefined ? noted : trimmed(noted, asked.lo, lead)
  for await (const outcome of pooled(rows, request.inFlight ?? IN_FLIGHT, row => fetcher.open(row))) {
    const item = judge(check, outcome, { from, to })
    if (item !== null) yield item
  }
  const keptFrom = leafStart(firstKept(device.chain.state, stream, householdNow(device)))
  if (check.unexplained(device.chain.state, stream, keptFrom)) {
    for await (const { opened } of laterGaps(device, stream, wide.hi, accesses, signal)) {
      if (opened?.payload.type === 'gap') check.pushGap(opened.payload.gap)
    }
  }
  const withheld = await withheldIn(device, stream, { lo: asked.lo, hi: asked.hi }, seen, signal)
  for (const finding of proved(check.finish(device.chain.state, stream, keptFrom), withheld))
    yield { type: 'finding', finding }
}

/** Findings with what a manifest proves in the place of what numbers let suspect. */
function proved(findings: readonly Finding[], withheld: readonly Withheld[]): readonly Finding[] {
  const kept = findings.flatMap((finding): readonly Finding[] => {
    if (finding.type === 'missing') return withheld.some(one => overlaps(one, finding)) ? [] : [finding]
    if (finding.type !== 'nothing') return [finding]
    return subtract(finding, withheld).map(({ from, to }) => ({ ...finding, from, to }))
  })
  return [...kept, ...withheld.map(one => ({ type: 'missing' as const, ...one }))]
}

async function* remembered(rows: AsyncIterable<ObjectRow>, seen: Set<string>): AsyncGenerator<ObjectRow, void> {
  for await (const row of rows) {
    seen.add(row.objectId)
    yield row
  }
}

type Outcome = {
  readonly row: ObjectRow
  /** Null when it did not open, or is deleted. */
  readonly opened: Opened | null
  readonly error: ClientError | null
}

function judge(
  check: SequenceCheck,
  { row, opened, error }: Outcome,
  range: { from: number; to: number },
): RangeItem | null {
  if (error !== null) {
    // An order reached it after it was listed: told as deleted, not as damaged.
    if (error.code === 'key_deleted') return null
    check.pushDamaged()
    const code = error.code === 'object_mismatch' && error.detail === WITHHELD ? 'withheld' : error.code
    const object = parseObjectId(row.objectId)
    return { type: 'finding', finding: { type: 'damaged', object, leaf: row.leaf, code, detail: error.detail } }
  }
  if (opened === null) return null
  const { payload, header } = opened
  const { generation, leaf, object } = header
  const { sequence, startTime, duration } = payload
  const gap = payload.type === 'gap' ? payload.gap : null
  const finding = check.push({ generation, leaf, sequence, startTime, duration, gap })
  if (finding !== null) return { type: 'finding', finding }
  if (payload.type === 'gap' || startTime >= range.to || startTime + duration <= range.from) return null
  return { type: 'segment', segment: { object, generation, leaf, ...payload } }
}

const WITHHELD = 'not served'

/** Fetches and opens objects of one stream against a logged access, which it renews before it runs out. */
class Fetcher {
  readonly #device: OpenDevice
  readonly #stream: StreamId
  readonly #range: LeafRange
  readonly #accesses: Accesses
  readonly #signal: AbortSignal | undefined

  constructor(device: OpenDevice, stream: StreamId, range: LeafRange, accesses: Accesses, signal?: AbortSignal) {
    this.#device = device
    this.#stream = stream
    this.#range = range
    this.#accesses = accesses
    this.#signal = signal
  }

  async open(row: ObjectRow): Promise<Outcome> {
    const { chain, household, keys } = this.#device
    const nothing = { row, opened: null, error: null }
    if (isGone(chain.state, this.#stream, row.leaf, householdNow(this.#device))) return nothing
    try {
      const kind = kindOf(this.#device, this.#stream, row)
      const object = parseObjectId(row.objectId)
      const { stream, generation, leaf } = { ...row, stream: this.#stream }
      const bytes = await this.#fetch(object)
      return {
        row,
        opened: await openSegment({ household, stream, generation, leaf, object, kind }, keys, bytes),
        error: null,
      }
    } catch (error) {
      if (error instanceof VaultError && error.code === 'deleted_range') return nothing
      if (error instanceof VaultError && error.code === 'not_found')
        return { row, opened: null, error: new ClientError('object_mismatch', WITHHELD) }
      if (error instanceof ClientError && PER_OBJECT.has(error.code)) return { row, opened: null, error }
      throw error
    }
  }

  async #fetch(object: ObjectId): Promise<Uint8Array> {
    const { token } = await this.#accesses.for(this.#stream, this.#range, this.#signal)
    return this.#device.vault.getObject(object, token, this.#signal && { signal: this.#signal })
  }
}

/** What concerns one object only. */
const PER_OBJECT: ReadonlySet<string> = new Set([
  'object_mismatch',
  'damaged_header',
  'damaged_commitment',
  'damaged_chunk',
  'damaged_payload',
  'key_deleted',
  'key_missing',
])

/** The kind an object of this stream must have; a gap may stand in any. */
function kindOf(device: OpenDevice, stream: StreamId, row: ObjectRow): Kind {
  const { kind } = streamOf(device, stream)
  const own = kind === 'video' || kind === 'audio' || kind === 'sub' ? KINDS[kind] : KINDS.payload
  if (row.stream !== stream) throw new ClientError('object_mismatch', 'stream')
  if (!isKind(row.kind) || (row.kind !== own && row.kind !== KINDS.gap))
    throw new ClientError('object_mismatch', 'kind')
  return row.kind
}

/** The vault's index of a range, page by page; rows outside the range are not looked at. */
async function* listed(
  device: OpenDevice,
  stream: StreamId,
  range: LeafRange,
  signal?: AbortSignal,
): AsyncGenerator<ObjectRow, void> {
  const options = signal && { signal }
  let cursor: string | null = null
  for (;;) {
    const page: Awaited<ReturnType<typeof device.vault.listObjects>> = await device.vault.listObjects(
      { stream, ...range },
      cursor,
      options,
    )
    for (const row of page.objects) {
      if (row.leaf >= range.lo && row.leaf <= range.hi) yield row
    }
    if (page.next === null) return
    if (page.next === cursor) throw new VaultError('bad_answer', 'the index repeats itself')
    cursor = page.next
  }
}

/** Without the rows before leaf `lo`, but for the last `lead` of them. */
async function* trimmed(rows: AsyncIterable<ObjectRow>, lo: number, lead: number): AsyncGenerator<ObjectRow, void> {
  let before: ObjectRow[] = []
  for await (const row of rows) {
    if (row.leaf < lo) before = [...before, row].slice(-lead)
    else {
      yield* before
      before = []
      yield row
    }
  }
  yield* before
}

/** Gap objects are written when the recorder knows: it may be after the range they tell of. */
async function* laterGaps(
  device: OpenDevice,
  stream: StreamId,
  after: number,
  accesses: Accesses,
  signal?: AbortSignal,
): AsyncGenerator<Outcome, void> {
  const until = Math.min(MAX_LEAF, leafOf(device.clock.now()) + NEIGHBOUR_LEAVES)
  if (after >= until) return
  const gaps: ObjectRow[] = []
  let rows = 0
  for await (const row of listed(device, stream, { lo: after + 1, hi: until }, signal)) {
    if (row.kind === KINDS.gap) gaps.push(row)
    if (++rows >= GAP_ROWS_MAX) break
  }
  const [first, last] = [gaps[0], gaps.at(-1)]
  if (first === undefined || last === undefined) return
  const fetcher = new Fetcher(device, stream, { lo: first.leaf, hi: Math.max(first.leaf, last.leaf) }, accesses, signal)
  for (const row of gaps) yield await fetcher.open(row)
}

/** Runs up to `width` works at once and gives their results in the order of the inputs. */
async function* pooled<T, R>(
  inputs: AsyncIterable<T>,
  width: number,
  work: (input: T) => Promise<R>,
): AsyncGenerator<R, void> {
  const running: Promise<R>[] = []
  const settle = async (): Promise<void> => {
    await Promise.allSettled(running)
  }
  try {
    for await (const input of inputs) {
      const result = work(input)
      // Looked at in order; a failure must not count as unhandled while earlier ones are awaited.
      result.catch(() => undefined)
      running.push(result)
      const first = running.length >= width ? running.shift() : undefined
      if (first !== undefined) yield await first
    }
    for (let first = running.shift(); first !== undefined; first = running.shift()) yield await first
  } finally {
    await settle()
  }
}
