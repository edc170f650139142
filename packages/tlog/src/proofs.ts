import { equal } from '@hausrecht/crypto/bytes'
import { TlogError } from './errors.ts'
import { EMPTY_ROOT, HASH_BYTES, type HashReader, type NodeId, nodeHash, rootOf } from './tree.ts'

/** The longest proof a tree of 2^52 leaves can need; a longer one is refused unread. */
export const MAX_PROOF_HASHES = 63

/** A run of leaves [lo, hi) whose hash is wanted: one complete subtree or several, joined right to left. */
type Span = { readonly lo: number; readonly hi: number }

/** The complete subtrees that make up [lo, hi), left to right; `lo` is a multiple of the largest power of two in it. */
function spanNodes({ lo, hi }: Span): NodeId[] {
  const nodes: NodeId[] = []
  for (let at = lo; at < hi; ) {
    let level = 0
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= hi) level++
    nodes.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return nodes
}

async function hashSpans(spans: readonly Span[], reader: HashReader): Promise<Uint8Array[]> {
  const groups = spans.map(spanNodes)
  const hashes = await reader.read(groups.flat())
  let at = 0
  return groups.map(group => {
    const part = hashes.slice(at, at + group.length)
    at += group.length
    if (part.length !== group.length) throw new TlogError('bad_range', 'missing hash')
    return rootOf(part)
  })
}

/** The largest power of two below `size` ≥ 2 (RFC 6962 §2.1). Not by Math.log2, which rounds near large powers of two. */
function splitOf(size: number): number {
  let k = 1
  while (k * 2 < size) k *= 2
  return k
}

const isPowerOfTwo = (size: number): boolean => size === 1 || splitOf(size) * 2 === size

function checkSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw new TlogError('bad_range', `size ${size}`)
}

/** RFC 6962 §2.1.1: the audit path of leaf `index` in a tree of `size` leaves, from the leaf upwards. */
export function inclusionProof(index: number, size: number, reader: HashReader): Promise<Uint8Array[]> {
  checkSize(size)
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new TlogError('bad_range', `leaf ${index} of ${size}`)
  const spans: Span[] = []
  let lo = 0
  let hi = size
  while (hi - lo > 1) {
    const middle = lo + splitOf(hi - lo)
    if (index < middle) {
      spans.push({ lo: middle, hi })
      hi = middle
    } else {
      spans.push({ lo, hi: middle })
      lo = middle
    }
  }
  return hashSpans(spans.reverse(), reader)
}

/** RFC 6962 §2.1.2: that the tree of `oldSize` leaves is the beginning of the tree of `newSize`. */
export function consistencyProof(oldSize: number, newSize: number, reader: HashReader): Promise<Uint8Array[]> {
  checkSize(oldSize)
  checkSize(newSize)
  if (oldSize > newSize) throw new TlogError('bad_range', `${oldSize} > ${newSize}`)
  if (oldSize === 0 || oldSize === newSize) return Promise.resolve([])
  const spans: Span[] = []
  let lo = 0
  let hi = newSize
  while (hi !== oldSize) {
    const middle = lo + splitOf(hi - lo)
    if (oldSize <= middle) {
      spans.push({ lo: middle, hi })
      hi = middle
    } else {
      spans.push({ lo, hi: middle })
      lo = middle
    }
  }
  if (lo !== 0) spans.push({ lo, hi })
  return hashSpans(spans.reverse(), reader)
}

function checkProof(proof: readonly Uint8Array[], code: 'bad_inclusion' | 'bad_consistency'): void {
  if (proof.length > MAX_PROOF_HASHES || proof.some(hash => hash.length !== HASH_BYTES)) throw new TlogError(code)
}

/** Checks an audit path (RFC 9162 §2.1.3.2). @throws TlogError bad_inclusion | bad_range */
export function verifyInclusion(claim: {
  readonly leafHash: Uint8Array
  readonly index: number
  readonly size: number
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}): void {
  const { index, size, proof, root } = claim
  checkSize(size)
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new TlogError('bad_range')
  checkProof(proof, 'bad_inclusion')
  let fn = index
  let sn = size - 1
  let hash = claim.leafHash
  for (const sibling of proof) {
    if (sn === 0) throw new TlogError('bad_inclusion')
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash)
      while (fn % 2 === 0 && fn !== 0) {
        fn = fn / 2
        sn = Math.floor(sn / 2)
      }
    } else {
      hash = nodeHash(hash, sibling)
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  if (sn !== 0 || !equal(hash, root)) throw new TlogError('bad_inclusion')
}

/** Checks a consistency proof (RFC 9162 §2.1.4.2). @throws TlogError bad_consistency | bad_range */
export function verifyConsistency(claim: {
  readonly oldSize: number
  readonly newSize: number
  readonly oldRoot: Uint8Array
  readonly newRoot: Uint8Array
  readonly proof: readonly Uint8Array[]
}): void {
  const { oldSize, newSize, oldRoot, newRoot } = claim
  checkSize(oldSize)
  checkSize(newSize)
  checkProof(claim.proof, 'bad_consistency')
  const refuse = (): never => {
    throw new TlogError('bad_consistency')
  }
  if (oldSize > newSize) refuse()
  if (oldSize === 0 || oldSize === newSize) {
    if (claim.proof.length > 0) refuse()
    if (oldSize === newSize && !equal(oldRoot, newRoot)) refuse()
    if (oldSize === 0 && !equal(oldRoot, EMPTY_ROOT)) refuse()
    return
  }
  const path = isPowerOfTwo(oldSize) ? [oldRoot, ...claim.proof] : [...claim.proof]
  let fn = oldSize - 1
  let sn = newSize - 1
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  const [first, ...rest] = path
  let fr = first ?? refuse()
  let sr = fr
  for (const hash of rest) {
    if (sn === 0) refuse()
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(hash, fr)
      sr = nodeHash(hash, sr)
      while (fn % 2 === 0 && fn !== 0) {
        fn = fn / 2
        sn = Math.floor(sn / 2)
      }
    } else {
      sr = nodeHash(sr, hash)
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  if (sn !== 0 || !equal(fr, oldRoot) || !equal(sr, newRoot)) refuse()
}
