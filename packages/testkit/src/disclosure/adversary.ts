import type { Transport } from '@hausrecht/client/transport'
import { fromBase64 } from '@hausrecht/crypto/bytes'
import { open } from '@hausrecht/crypto/cobblestone'
import { CryptoError } from '@hausrecht/crypto/errors'
import { Secret } from '@hausrecht/crypto/secret'
import { type CoverNode, nodeRange } from '@hausrecht/keytree/cover'
import { objectKey } from '@hausrecht/keytree/object-key'
import { child } from '@hausrecht/keytree/part'
import { KeyTree } from '@hausrecht/keytree/tree'
import { decodeHeader } from '@hausrecht/media/segment/header'

const LEVELS = 32

/** A vault that keeps every byte that came or went, and can show a device no packets. */
export class Hoard {
  readonly kept: Uint8Array[] = []
  readonly packets = new Map<string, Uint8Array>()
  /** What happens while the vault takes its time with the next request `METHOD path` like this. */
  meanwhile: { readonly at: RegExp; readonly work: () => Promise<unknown> } | null = null
  readonly releases = new Map<string, Uint8Array[]>()

  /** What a device talks through. */
  around(inner: Transport, isHidden: () => boolean): Transport {
    return async request => {
      this.#keep(request.method, request.url, request.body ?? new Uint8Array(0))
      const { meanwhile } = this
      if (meanwhile?.at.test(`${request.method} ${request.url}`)) {
        this.meanwhile = null
        await meanwhile.work()
      }
      const response = await inner(request)
      this.kept.push(response.body)
      const listed = request.method === 'GET' && /\/packets$/.test(request.url)
      return listed && isHidden() ? { ...response, body: new TextEncoder().encode('{"packets":[]}') } : response
    }
  }

  #keep(method: string, url: string, body: Uint8Array): void {
    this.kept.push(body.slice())
    const id = /\/packets\/([a-z2-7]{26})(\/release)?/.exec(url)
    if (method !== 'PUT' || id?.[1] === undefined) return
    if (id[2] === undefined) this.packets.set(id[1], body.slice())
    else {
      const { sealed }: { sealed: string } = JSON.parse(new TextDecoder().decode(body))
      this.releases.set(id[1], [...(this.releases.get(id[1]) ?? []), fromBase64(sealed)])
    }
  }
}

/** Does a node of a key tree, whosever it is said to be, open this sealed object? */
export async function nodeOpens(node: CoverNode, bytes: Uint8Array): Promise<boolean> {
  const { lo, hi } = nodeRange(node)
  const { leaf } = decodeHeader(bytes).header
  if (leaf < lo || hi < leaf) return false
  const tree = KeyTree.fromCover([node])
  const key = tree.leafKey(leaf)
  tree.zero()
  return key !== null && keyOpens(key, bytes)
}

async function keyOpens(leafKey: Secret, bytes: Uint8Array): Promise<boolean> {
  const { header, context } = decodeHeader(bytes)
  using own = leafKey
  using key = objectKey(own, header.kind, header.object)
  try {
    await open(key, context, bytes.subarray(context.length))
    return true
  } catch (error) {
    if (error instanceof CryptoError) return false
    throw error
  }
}

/** Takes each 32 bytes of `bytes`, at every place, for the key of the object's leaf and for a node at each level above it. */
export async function windowsOpen(bytes: Uint8Array, sealed: Uint8Array, depths: readonly number[]): Promise<boolean> {
  const { leaf } = decodeHeader(sealed).header
  for (let at = 0; at + 32 <= bytes.length; at++)
    for (const depth of depths) {
      let seed: Uint8Array = bytes.slice(at, at + 32)
      for (let level = depth; level < LEVELS; level++) seed = child(seed, (leaf >>> (LEVELS - 1 - level)) & 1)
      if (await keyOpens(Secret.from(seed), sealed)) return true
    }
  return false
}

/** Every seed on the way from a root to a leaf: each of them opens it. */
export function seedsTo(root: Uint8Array, leaf: number): readonly Uint8Array[] {
  const seeds = [root]
  for (let level = 0; level < LEVELS; level++)
    seeds.push(child(seeds.at(-1) ?? root, (leaf >>> (LEVELS - 1 - level)) & 1))
  return seeds
}
