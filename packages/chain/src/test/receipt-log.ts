import { utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { type DeviceId, deviceIdOf, newOrderId, type OrderId } from '@hausrecht/crypto/ids'
import type { SigningKey } from '@hausrecht/crypto/signature'
import { signCheckpoint } from '@hausrecht/tlog/checkpoint'
import { cosign } from '@hausrecht/tlog/cosignature'
import { noteKey, parseNote, TYPE_COSIGNATURE, TYPE_ED25519 } from '@hausrecht/tlog/note'
import type { Policy } from '@hausrecht/tlog/policy'
import { policyOf } from '@hausrecht/tlog/policy-file'
import { inclusionProof } from '@hausrecht/tlog/proofs'
import { appendLeaves, leafHash } from '@hausrecht/tlog/tree'
import { signAccess } from '../access.ts'
import { applyEntry, verifyEntry } from '../apply.ts'
import type { Entry } from '../entry.ts'
import { coverRoot, NO_FRONTIER, type Position } from '../receipt.ts'
import { formatReceiptFile, type KeptCover, type ReceiptFile } from '../receipt-file.ts'
import { signRemoval } from '../removal.ts'
import type { HouseholdState } from '../state.ts'
import type { Statement } from '../types.ts'
import {
  addDevice,
  addStream,
  camera,
  founder,
  genesis,
  laptop,
  me,
  order,
  phone,
  phoneId,
  sign,
  testKey,
  vaultKey,
} from './household.ts'
import { signedRequest } from './request.ts'

const WITNESS = 'witness.example/w1'
export const witness: SigningKey = await testKey(5)
/** The first leaves that the order deletes: of the camera, [100, 199]. */
export const DELETED = { lo: 100, hi: 199 } as const

/** A household's log with every key in hand, to make receipts of a deletion and each lie about it. */
export class ReceiptLog {
  readonly leaves: Uint8Array[] = []
  state: HouseholdState | null = null

  /** Founder's hub, phone and laptop, a camera. */
  static async found(): Promise<ReceiptLog> {
    const log = new ReceiptLog()
    await log.add(founder, genesis())
    await log.add(founder, addDevice(phone))
    await log.add(founder, addDevice(laptop, ['session']))
    await log.add(founder, addStream(camera))
    return log
  }

  /** Signs and logs a statement; one that the rules refuse is logged as a lying vault would, and changes nothing. */
  async add(key: SigningKey, statement: Statement): Promise<Entry> {
    const entry = await sign(this.state, key, statement)
    this.leaves.push(entry.bytes)
    const result = applyEntry(this.state, await verifyEntry(this.state, entry))
    if (result.ok) this.state = result.state
    return entry
  }

  async order(lo: number = DELETED.lo, hi: number = DELETED.hi): Promise<OrderId> {
    const id = newOrderId()
    await this.add(founder, order(lo, hi, camera, id))
    return id
  }

  /** A receipt for the first `applied` orders (left out: all), with these positions held. */
  async receipt(
    key: SigningKey,
    held: readonly Position[] = [],
    applied = this.state?.orders.length ?? 0,
  ): Promise<void> {
    const frontier = this.state?.orders[applied - 1]?.frontier ?? NO_FRONTIER
    const cover = coverRoot(held)
    await this.add(key, { type: 'erase_receipt', applied, frontier, until: 0, cell: 'file', cover })
  }

  async cut(device: DeviceId): Promise<void> {
    await this.add(founder, { type: 'lease_cut', device, applied: this.state?.orders.length ?? 0 })
  }

  async access(lo: number, hi: number): Promise<void> {
    if (this.state === null) throw new Error('no household')
    const { household } = this.state
    const range = { stream: camera, lo, hi, purpose: 'own' } as const
    const request = await signedRequest({ household, ...range }, phone)
    const fields = { ...range, time: 1500, reader: phoneId, tokenHash: sha256(utf8('token')), expires: 9000, request }
    this.leaves.push((await signAccess(fields, vaultKey)).bytes)
  }

  async removal(of: OrderId): Promise<void> {
    const fields = { time: 2000, order: of, objects: 3, bytes: 999, root: sha256(utf8('removed')) }
    this.leaves.push((await signRemoval(fields, vaultKey)).encoded)
  }

  get origin(): string {
    return `${this.state?.origin}/hh/${this.state?.household}`
  }

  get policy(): Policy {
    const log = noteKey(this.origin, TYPE_ED25519, vaultKey.publicKey)
    const witnesses = [noteKey(WITNESS, TYPE_COSIGNATURE, witness.publicKey)]
    return { ...policyOf({ witnesses, quorum: 1 }), logs: [{ key: log, url: null }] }
  }

  /** The checkpoint over all leaves, cosigned. */
  async note(origin = this.origin, cosigned = true): Promise<string> {
    const { root } = appendLeaves(0, [], this.leaves.map(leafHash))
    const note = await signCheckpoint({ origin, size: this.leaves.length, root }, vaultKey)
    return cosigned ? note + (await cosign(WITNESS, witness, parseNote(note).text, 1_795_000_000_000)) : note
  }

  /** An honest file of the order, but for what `change` says and the leaves that `without` names. */
  async file(of: OrderId, change: Partial<ReceiptFile> = {}, without: readonly number[] = []): Promise<string> {
    const { newNodes } = appendLeaves(0, [], this.leaves.map(leafHash))
    const hashes = new Map(newNodes.map(({ level, index, hash }) => [`${level} ${index}`, hash]))
    const read = async (nodes: readonly { readonly level: number; readonly index: number }[]) =>
      nodes.flatMap(({ level, index }) => hashes.get(`${level} ${index}`) ?? [])
    const leaves: ReceiptFile['leaves'][number][] = []
    for (const [index, leaf] of this.leaves.entries())
      if (!without.includes(index))
        leaves.push({ index, leaf, proof: await inclusionProof(index, this.leaves.length, { read }) })
    const rest = { covers: [], policy: null, labels: new Map() }
    return formatReceiptFile({ order: of, checkpoint: await this.note(), leaves, ...rest, ...change })
  }
}

/** A node of the camera's tree that is still held. */
export const kept = (prefix: number, depth: number): Position => ({ stream: camera, generation: 0, depth, prefix })
export const coverOf = (positions: readonly Position[], device: DeviceId = me): KeptCover => ({ device, positions })
export const laptopId: DeviceId = deviceIdOf(laptop.publicKey)
