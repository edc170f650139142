import { signAccess } from '@hausrecht/chain/access'
import { encodeSignedRequest } from '@hausrecht/chain/access-request'
import { applyEntry, verifyEntry } from '@hausrecht/chain/apply'
import { isCommutative, NO_PREVIOUS, signEntry } from '@hausrecht/chain/entry'
import type { HouseholdState } from '@hausrecht/chain/state'
import type { Statement } from '@hausrecht/chain/types'
import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { deviceIdOf, type HouseholdId, householdIdOf, newStreamId } from '@hausrecht/crypto/ids'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { signCheckpoint } from '@hausrecht/tlog/checkpoint'
import { cosign } from '@hausrecht/tlog/cosignature'
import { type NoteKey, noteKey, parseNote, TYPE_COSIGNATURE, TYPE_ED25519 } from '@hausrecht/tlog/note'
import { formatPolicy } from '@hausrecht/tlog/policy-file'
import { encodeEntries, TILE_WIDTH } from '@hausrecht/tlog/tiles'
import { appendLeaves, leafHash } from '@hausrecht/tlog/tree'
import { exportLogTo } from '../export-log.ts'

export const BEGAN = 1_795_000_000_000
const ORIGIN = 'vault.test'
const WITNESS = 'witness.test/w1'

type AccessChange = {
  readonly asked?: string
  readonly by?: SigningKey
  readonly signer?: SigningKey
  readonly time?: number
}

/** A household's log, leaf by leaf, with every key in hand: for honest logs and for each lie. */
export class MadeLog {
  readonly leaves: Uint8Array[] = []
  readonly camera = newStreamId()
  state: HouseholdState | null = null
  /** The time of the next leaf, ms. */
  now = BEGAN
  readonly vault: SigningKey
  readonly founder: SigningKey
  readonly witness: SigningKey
  readonly household: HouseholdId

  private constructor(vault: SigningKey, founder: SigningKey, witness: SigningKey) {
    this.vault = vault
    this.founder = founder
    this.witness = witness
    this.household = householdIdOf(founder.publicKey, NO_PREVIOUS)
  }

  /** A household with one camera. */
  static async found(): Promise<MadeLog> {
    const key = async (): Promise<SigningKey> => (await generateSigningKey()).key
    const log = new MadeLog(await key(), await key(), await key())
    await log.entry({
      ...{ type: 'genesis', household: log.household, nonce: NO_PREVIOUS, publicKey: log.founder.publicKey },
      ...{ vaultKey: log.vault.publicKey, origin: ORIGIN, logStream: newStreamId() },
    })
    const recorder = deviceIdOf(log.founder.publicKey)
    await log.entry({ type: 'add_stream', stream: log.camera, kind: 'video', recorder, pair: null })
    await log.entry({ type: 'generation', stream: log.camera, generation: 0, fromLeaf: 0, reason: 'first' })
    return log
  }

  get origin(): string {
    return `${ORIGIN}/hh/${this.household}`
  }

  get logKey(): NoteKey {
    return noteKey(this.origin, TYPE_ED25519, this.vault.publicKey)
  }

  get witnessKey(): NoteKey {
    return noteKey(WITNESS, TYPE_COSIGNATURE, this.witness.publicKey)
  }

  get root(): Uint8Array {
    return appendLeaves(0, [], this.leaves.map(leafHash)).root
  }

  async entry(statement: Statement, key = this.founder, time = this.now++): Promise<Uint8Array> {
    const actor = deviceIdOf(key.publicKey)
    const author = this.state?.devices.get(actor)
    const place = isCommutative(statement)
      ? { sequence: author?.written ?? 0, previous: author?.last ?? NO_PREVIOUS }
      : { sequence: this.state?.length ?? 0, previous: this.state?.head ?? NO_PREVIOUS }
    const entry = await signEntry({ time, actor, statement, commitment: null, ...place }, key)
    this.leaves.push(entry.bytes)
    // A lie is logged too, and changes nothing.
    const applied = await verifyEntry(this.state, entry).then(
      verified => applyEntry(this.state, verified),
      () => null,
    )
    if (applied?.ok) this.state = applied.state
    return entry.bytes
  }

  /** An access to leaves lo…lo + 9 of the camera, by the founder unless `by` says otherwise. */
  async access(lo: number, change: AccessChange = {}): Promise<Uint8Array> {
    const { by = this.founder, signer = this.vault, time = this.now++ } = change
    const range = { stream: this.camera, lo, hi: lo + 9, purpose: 'own' } as const
    const body = utf8(change.asked ?? JSON.stringify(range))
    const base = [
      '"@method": POST',
      `"@path": /v1/households/${this.household}/access`,
      '"@query": ?',
      `"content-digest": sha-256=:${toBase64(sha256(body))}:`,
      `"@signature-params": ("@method" "@path" "@query" "content-digest");created=${Math.floor(time / 1000)};alg="ed25519"`,
    ].join('\n')
    const request = encodeSignedRequest({ base, signature: await by.sign(utf8(base)), body })
    const reader = deviceIdOf(by.publicKey)
    const fields = { ...range, time, reader, tokenHash: sha256(utf8(`${lo}`)), expires: time + 60_000, request }
    const { bytes } = await signAccess(fields, signer)
    this.leaves.push(bytes)
    return bytes
  }

  /** The signed checkpoint over all leaves, cosigned. */
  async note(signer = this.vault): Promise<string> {
    const note = await signCheckpoint({ origin: this.origin, size: this.leaves.length, root: this.root }, signer)
    return note + (await cosign(WITNESS, this.witness, parseNote(note).text, this.now))
  }

  get policy(): string {
    return formatPolicy(this.logKey, { witnesses: [this.witnessKey], quorum: 1 })
  }

  async write(folder: string, note?: string): Promise<void> {
    const written = await exportLogTo(folder, {
      note: note ?? (await this.note()),
      policy: this.policy,
      bundle: async (index, width) => encodeEntries(this.leaves.slice(index * TILE_WIDTH, index * TILE_WIDTH + width)),
    })
    if (!written) throw new Error('these leaves have another root')
  }
}
