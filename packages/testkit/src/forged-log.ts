import { toBase64 } from '@hausrecht/crypto/bytes'
import type { SigningKey } from '@hausrecht/crypto/signature'
import { signCheckpoint } from '@hausrecht/tlog/checkpoint'
import { consistencyProof, inclusionProof } from '@hausrecht/tlog/proofs'
import { encodeEntries, parseTilePath, TILE_WIDTH } from '@hausrecht/tlog/tiles'
import { appendLeaves, type HashReader, leafHash } from '@hausrecht/tlog/tree'
import type { Answered, Lie } from './lying-vault.ts'

/** A whole log of one's own, signed with the vault's real key: what a vault that forks its log can show, with all proofs right. */
export async function forgedLog(origin: string, key: SigningKey, leaves: readonly Uint8Array[]): Promise<Lie> {
  const { root, newNodes } = appendLeaves(0, [], leaves.map(leafHash))
  const nodes = new Map(newNodes.map(({ level, index, hash }) => [`${level}/${index}`, hash]))
  const reader: HashReader = {
    read: async wanted => wanted.map(({ level, index }) => nodes.get(`${level}/${index}`) ?? new Uint8Array(32)),
  }
  const checkpoint = await signCheckpoint({ origin, size: leaves.length, root }, key)
  const proof = async (hashes: Promise<readonly Uint8Array[]>): Promise<Answered> =>
    json({ proof: (await hashes).map(toBase64) })
  return async ({ method, path, query }) => {
    const at = path.indexOf('/log/')
    if (method !== 'GET' || at < 0) return null
    const what = path.slice(at + '/log/'.length)
    const numbers = new URLSearchParams(query)
    const number = (name: string): number => Number(numbers.get(name))
    if (what === 'checkpoint') return answer('text/plain', new TextEncoder().encode(checkpoint))
    if (what === 'consistency')
      return proof(consistencyProof(Math.min(number('old'), leaves.length), leaves.length, reader))
    if (what === 'inclusion') return proof(inclusionProof(number('index'), leaves.length, reader))
    const tile = parseTilePath(what)
    const first = tile.index * TILE_WIDTH
    return answer('application/octet-stream', encodeEntries(leaves.slice(first, first + tile.width)))
  }
}

const answer = (type: string, body: Uint8Array): Answered => ({ status: 200, headers: { 'content-type': type }, body })
const json = (value: unknown): Answered => answer('application/json', new TextEncoder().encode(JSON.stringify(value)))
