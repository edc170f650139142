import { toHex } from '@hausrecht/crypto/bytes'
import { type HouseholdId, parseHouseholdId } from '@hausrecht/crypto/ids'
import { type Checkpoint, parseCheckpoint, verifyCosigners, verifyNote } from '@hausrecht/tlog/checkpoint'
import { TlogError } from '@hausrecht/tlog/errors'
import { type Note, type NoteKey, noteKey, parseNote, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { meetsQuorum, type Policy } from '@hausrecht/tlog/policy'
import { decodeEntries, formatTilePath, TILE_WIDTH } from '@hausrecht/tlog/tiles'
import { type CheckResult, Outcome } from './checks.ts'
import { Follower } from './follow.ts'
import { type Judges, judgesFor } from './judge-pool.ts'
import { readTree } from './read-tree.ts'
import { CHECKPOINT, type LogFiles } from './source.ts'
import type { Tally } from './tally.ts'

/** What a log is held against besides itself. */
export type Trust = {
  /** Whose cosignatures are enough; null: nobody is asked for. */
  readonly policy: Policy | null
  /** The household whose log it has to be; null: any. */
  readonly household: HouseholdId | null
  /** What a device of the household has seen of it. */
  readonly seen: { readonly size: number; readonly root: Uint8Array } | null
}

export type Audit = {
  readonly ok: boolean
  /** Null when there was no checkpoint to read. */
  readonly log: { readonly origin: string; readonly size: number; readonly root: string } | null
  readonly checks: readonly CheckResult[]
  /** Witnesses that cosigned, of those asked for, and when (ms, by their clocks). */
  readonly cosigned: ReadonlyMap<string, number>
  readonly tally: Tally
}

export type AuditOptions = {
  readonly files: LogFiles
  readonly trust: Trust
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, size: number) => void
  /** Who checks signatures; left out: threads, as many as the machine has processors. */
  readonly judges?: Judges
}

/** The audit of a whole log by its files alone. Null when there is no checkpoint, so no log. What the files say is never believed. */
export async function audit(options: AuditOptions): Promise<Audit | null> {
  const { files, trust, onProgress, signal = new AbortController().signal } = options
  const bytes = await files.read(CHECKPOINT)
  if (bytes === null) return null
  const outcome = new Outcome()
  const follower = new Follower(outcome)
  const head = readHead(bytes, outcome)
  if (head === null) {
    outcome.leave('undecided', 'cosignatures', 'leaves', 'tiles', 'entries', 'accesses', 'times', 'seen')
    return { ok: false, log: null, checks: outcome.results, cosigned: new Map(), tally: follower.tally }
  }
  const { checkpoint, note } = head
  const { origin, size, root } = checkpoint
  await follower.begin(await firstLeaf(files, size))
  await checkSigner(head, follower, trust, outcome)
  const cosigned = await checkCosigners(note, trust.policy, outcome)
  if (trust.seen === null) outcome.leave('not_asked', 'seen')
  else if (trust.seen.size > size) outcome.fail({ code: 'shorter', size, seen: trust.seen.size })
  const judges = options.judges ?? judgesFor(Math.ceil(size / TILE_WIDTH))
  try {
    const whole = await readTree({
      ...{ files, judges, size, root, seen: trust.seen, outcome, signal },
      keys: () => follower.keys,
      async onBundle(first, bundle, { leaves }) {
        const entries = leaves.length === 0 ? [] : decodeEntries(bundle)
        for (const [at, judged] of leaves.entries())
          await follower.leaf(first + at, entries[at] ?? new Uint8Array(0), judged)
        onProgress?.(Math.min(first + TILE_WIDTH, size), size)
      },
    })
    follower.end()
    if (!whole) outcome.leave('undecided', 'tiles', 'entries', 'accesses', 'times', 'seen')
  } finally {
    if (options.judges === undefined) await judges.close()
  }
  const checks = outcome.results
  const ok = checks.every(({ state }) => state === 'passed' || state === 'not_asked')
  return { ok, log: { origin, size, root: toHex(root) }, checks, cosigned, tally: follower.tally }
}

type Head = { readonly note: Note; readonly checkpoint: Checkpoint }

function readHead(bytes: Uint8Array, outcome: Outcome): Head | null {
  try {
    const note = parseNote(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
    return { note, checkpoint: parseCheckpoint(note.text) }
  } catch (error) {
    if (!(error instanceof TlogError || error instanceof TypeError)) throw error
    outcome.fail({ code: 'not_a_checkpoint', reason: error instanceof TlogError ? error.code : 'utf-8' })
    return null
  }
}

async function firstLeaf(files: LogFiles, size: number): Promise<Uint8Array | null> {
  const width = Math.min(TILE_WIDTH, size)
  const bundle = width === 0 ? null : await files.read(formatTilePath({ kind: 'entries', index: 0, width }))
  try {
    return bundle === null ? null : (decodeEntries(bundle)[0] ?? null)
  } catch (error) {
    if (error instanceof TlogError) return null
    throw error
  }
}

/** The log's key is the one in its genesis; where that cannot be read, the one that the policy names. */
async function checkSigner({ note, checkpoint }: Head, follower: Follower, trust: Trust, outcome: Outcome) {
  const { origin } = checkpoint
  const { state } = follower
  const own = state && noteKey(`${state.origin}/hh/${state.household}`, TYPE_ED25519, state.vaultKey)
  const named = trust.policy?.logs.map(({ key }) => key) ?? []
  if (trust.household !== null && !origin.endsWith(`/hh/${trust.household}`))
    return outcome.fail({ code: 'other_household', found: householdOf(origin), expected: trust.household })
  if (named.length > 0 && !named.some(key => key.name === origin && (own === null || isSame(key, own))))
    return outcome.fail({ code: 'other_log', log: origin })
  const key = own ?? named.find(({ name }) => name === origin)
  if (key === undefined) return outcome.leave('undecided', 'checkpoint')
  if (key.name !== origin) return outcome.fail({ code: 'not_signed', log: key.name })
  try {
    await verifyNote(note, key)
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    outcome.fail({ code: 'not_signed', log: origin })
  }
}

async function checkCosigners(note: Note, policy: Policy | null, outcome: Outcome): Promise<Map<string, number>> {
  if (policy === null || policy.quorum.type === 'none') outcome.leave('not_asked', 'cosignatures')
  if (policy === null) return new Map()
  try {
    const found = await verifyCosigners(
      note,
      policy.witnesses.map(({ key }) => key),
    )
    const names = found.map(({ witness }) => witness.name)
    if (!meetsQuorum(policy.quorum, new Set(found.map(({ witness }) => witness))))
      outcome.fail({ code: 'too_few_witnesses', found: names })
    return new Map(found.map(({ witness, time }) => [witness.name, time]))
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    outcome.fail({ code: 'false_cosignature', reason: error.message })
    return new Map()
  }
}

const isSame = (a: NoteKey, b: NoteKey): boolean => a.name === b.name && toHex(a.publicKey) === toHex(b.publicKey)

/** The household in a log's name, or all of the name where there is none. */
export function householdOf(origin: string): string {
  try {
    return parseHouseholdId(origin.slice(origin.lastIndexOf('/') + 1))
  } catch {
    return origin
  }
}
