import { fromBase64, toBase64 } from '@hausrecht/crypto/bytes'
import { CryptoError } from '@hausrecht/crypto/errors'
import { type DeviceId, type OrderId, parseDeviceId, parseOrderId, parseStreamId } from '@hausrecht/crypto/ids'
import { MAX_PROOF_HASHES } from '@hausrecht/tlog/proofs'
import { HASH_BYTES } from '@hausrecht/tlog/tree'
import type { Position } from './receipt.ts'

const FORMAT = 'hausrecht-receipt/1'
/** Characters of a receipt file: whoever is handed one need not read more. */
export const RECEIPT_FILE_MAX_LENGTH = 128 * 1024 * 1024
const MAX_LEAF = 0xffff_ffff
const MAX_DEPTH = 32

/** A leaf of the log with its audit path under the file's checkpoint. */
export type ProvenLeaf = { readonly index: number; readonly leaf: Uint8Array; readonly proof: readonly Uint8Array[] }
/** Where the nodes stood that a device still held when it signed its newest receipt. */
export type KeptCover = { readonly device: DeviceId; readonly positions: readonly Position[] }

/** All that shows how one deletion went, in one file. docs/formats/receipt.md */
export type ReceiptFile = {
  readonly order: OrderId
  /** The signed note that all leaves are proven under, byte for byte. */
  readonly checkpoint: string
  /** By their places in the log: every control entry, and accesses to what was deleted. */
  readonly leaves: readonly ProvenLeaf[]
  readonly covers: readonly KeptCover[]
  /** Whom the maker asks for cosignatures (c2sp.org/tlog-policy): the maker's word. Null when it names nobody. */
  readonly policy: string | null
  /** Readable names by id of device or stream. Nobody signed them. */
  readonly labels: ReadonlyMap<string, string>
}

/** The file is none: what is wrong with it. */
export class ReceiptFileError extends Error {
  constructor(detail: string) {
    super(`not a receipt: ${detail}`)
    this.name = 'ReceiptFileError'
  }
}

/** The file's text: JSON, one leaf a line, so that people can look at it too. */
export function formatReceiptFile(file: ReceiptFile): string {
  const leaves = file.leaves.map(({ index, leaf, proof }) =>
    JSON.stringify({ index, leaf: toBase64(leaf), proof: proof.map(toBase64) }),
  )
  const covers = file.covers.map(({ device, positions }) =>
    JSON.stringify({
      device,
      positions: positions.map(({ stream, generation, depth, prefix }) => [stream, generation, depth, prefix]),
    }),
  )
  const list = (items: readonly string[]): string => (items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n]`)
  return `{
"format": ${JSON.stringify(FORMAT)},
"order": ${JSON.stringify(file.order)},
"checkpoint": ${JSON.stringify(file.checkpoint)},
"leaves": ${list(leaves)},
"covers": ${list(covers)},
"policy": ${JSON.stringify(file.policy)},
"labels": ${JSON.stringify(Object.fromEntries(file.labels))}
}
`
}

/** @throws ReceiptFileError for anything that is not exactly the format */
export function parseReceiptFile(text: string): ReceiptFile {
  if (text.length > RECEIPT_FILE_MAX_LENGTH) refuse('too long')
  try {
    const file = fieldsOf(JSON.parse(text), 'the file', FIELDS)
    if (file.get('format') !== FORMAT) refuse('format')
    const policy = file.get('policy')
    return {
      order: parseOrderId(textOf(file.get('order'), 'order')),
      checkpoint: textOf(file.get('checkpoint'), 'checkpoint'),
      leaves: listOf(file.get('leaves'), 'leaves').map(readLeaf),
      covers: listOf(file.get('covers'), 'covers').map(readCover),
      policy: policy === null ? null : textOf(policy, 'policy'),
      labels: readLabels(file.get('labels')),
    }
  } catch (error) {
    if (error instanceof SyntaxError) return refuse('no JSON')
    if (error instanceof CryptoError) return refuse(error.message)
    throw error
  }
}

const FIELDS = ['format', 'order', 'checkpoint', 'leaves', 'covers', 'policy', 'labels'] as const

function refuse(detail: string): never {
  throw new ReceiptFileError(detail)
}

/** Exactly these fields: what a reader does not understand it must not skip. */
function fieldsOf(value: unknown, what: string, names: readonly string[]): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(what)
  const fields = new Map<string, unknown>(Object.entries(value))
  if (fields.size !== names.length || !names.every(name => fields.has(name))) return refuse(`fields of ${what}`)
  return fields
}

const textOf = (value: unknown, what: string): string => (typeof value === 'string' ? value : refuse(what))
const listOf = (value: unknown, what: string): readonly unknown[] => (Array.isArray(value) ? value : refuse(what))
const wholeOf = (value: unknown, most: number, what: string): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= most ? value : refuse(what)

function readLeaf(value: unknown): ProvenLeaf {
  const fields = fieldsOf(value, 'a leaf', ['index', 'leaf', 'proof'])
  const proof = listOf(fields.get('proof'), 'proof').map(hash => fromBase64(textOf(hash, 'proof')))
  if (proof.length > MAX_PROOF_HASHES || proof.some(hash => hash.length !== HASH_BYTES)) refuse('proof')
  return {
    index: wholeOf(fields.get('index'), Number.MAX_SAFE_INTEGER, 'index'),
    leaf: fromBase64(textOf(fields.get('leaf'), 'leaf')),
    proof,
  }
}

function readCover(value: unknown): KeptCover {
  const fields = fieldsOf(value, 'a cover', ['device', 'positions'])
  return {
    device: parseDeviceId(textOf(fields.get('device'), 'device')),
    positions: listOf(fields.get('positions'), 'positions').map(readPosition),
  }
}

function readPosition(value: unknown): Position {
  const [stream, generation, depth, prefix, ...rest] = listOf(value, 'position')
  if (rest.length > 0) refuse('position')
  const level = wholeOf(depth, MAX_DEPTH, 'depth')
  return {
    stream: parseStreamId(textOf(stream, 'stream')),
    generation: wholeOf(generation, MAX_LEAF, 'generation'),
    depth: level,
    prefix: wholeOf(prefix, 2 ** level - 1, 'prefix'),
  }
}

function readLabels(value: unknown): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('labels')
  return new Map(Object.entries(value).map(([id, name]) => [id, textOf(name, 'label')]))
}
