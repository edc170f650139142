import type { Entry } from '@hausrecht/chain/entry'
import { equal, fromHex, toHex } from '@hausrecht/crypto/bytes'
import { randomBytes } from '@hausrecht/crypto/random'
import { type Cover, decodeCover, encodeCover } from '@hausrecht/keytree/cover'
import { zeroCover } from './key-store.ts'
import type { OpenDevice } from './open-device.ts'

/**
 * Roots of generations that this device has asked the chain for. The root is durable before its entry is sent, under the entry's
 * hash, and becomes a key tree when the entry shows up in the verified log. If another entry took its place, it is erased. So a
 * crash at any moment leaves neither a generation without keys nor keys for somebody else's generation.
 */
const PREFIX = 'new-trees/'
const fileOf = (entry: Entry): string => `${PREFIX}${entry.sequence}.${toHex(entry.hash)}`

/** Draws a random root for the generation that `entry` starts. */
export async function keepNewTree(device: OpenDevice, entry: Entry): Promise<void> {
  const cover: Cover = [{ depth: 0, prefix: 0, seed: randomBytes(32) }]
  const bytes = encodeCover(cover)
  await device.store.writeSecret(fileOf(entry), bytes)
  bytes.fill(0)
  zeroCover(cover)
}

/** The chain refused the entry: its root is of no use. */
export const dropNewTree = (device: OpenDevice, entry: Entry): Promise<void> => device.store.erase(fileOf(entry))

/** Turns roots whose entries are in the chain into key trees. */
export async function settleNewTrees(device: OpenDevice): Promise<void> {
  const { store, chain, keys } = device
  for (const file of await store.list(PREFIX)) {
    const [place, hex] = file.slice(PREFIX.length).split('.')
    const hash = fromHex(hex ?? '')
    const logged = chain.entries.findLast(({ entry }) => equal(entry.hash, hash))
    const statement = logged?.entry.statement
    // Another entry stands in its place: it can never be accepted.
    if (statement === undefined && chain.state.length > Number(place)) await store.erase(file)
    if (statement?.type !== 'generation') continue
    const bytes = await store.read(file)
    if (bytes === null) continue
    const cover = decodeCover(bytes)
    await keys.import({ stream: statement.stream, generation: statement.generation }, cover)
    zeroCover(cover)
    bytes.fill(0)
    await store.erase(file)
  }
}
