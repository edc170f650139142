import { concat, utf8 } from '@hausrecht/crypto/bytes'
import { type CborValue, encode } from '@hausrecht/crypto/cbor'
import { sha256 } from '@hausrecht/crypto/hash'
import { idBytes, type OrderId, type StreamId } from '@hausrecht/crypto/ids'

const FRONTIER = utf8('hh/frontier/1')
/** The frontier of a household without orders. */
export const NO_FRONTIER: Uint8Array = new Uint8Array(32)

/** One order further: SHA-256("hh/frontier/1" ‖ frontier before ‖ order id). docs/formats/chain.md §Receipts */
export const frontierAfter = (before: Uint8Array, order: OrderId): Uint8Array =>
  sha256(concat(FRONTIER, before, idBytes(order)))

/** A node of a key tree that is held: where it stands, not what it is. */
export type Position = {
  readonly stream: StreamId
  readonly generation: number
  readonly depth: number
  readonly prefix: number
}

/**
 * Binds a receipt to what is still held: SHA-256("hh/cover/1" ‖ CBOR of the sorted list of [stream, generation, depth, prefix]). Positions
 * are no secrets: with them anybody can check that no node kept covers what was deleted.
 */
export function coverRoot(positions: readonly Position[]): Uint8Array {
  const sorted = positions
    .map(({ stream, generation, depth, prefix }) => ({
      stream,
      generation,
      depth,
      first: prefix * 2 ** (32 - depth),
      prefix,
    }))
    .sort(
      (a, b) =>
        (a.stream < b.stream ? -1 : a.stream > b.stream ? 1 : 0) || a.generation - b.generation || a.first - b.first,
    )
  const list = sorted.map(
    ({ stream, generation, depth, prefix }): CborValue => [idBytes(stream), generation, depth, prefix],
  )
  return sha256(concat(utf8('hh/cover/1'), encode(list)))
}
