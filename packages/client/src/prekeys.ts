import type { Prekey } from '@hausrecht/chain/types'
import { generatePrekey } from '@hausrecht/crypto/packet'
import { Secret } from '@hausrecht/crypto/secret'
import { type OpenDevice, self } from './device.ts'
import type { Store } from './store.ts'
import { submit } from './submit.ts'

/** One-time keys kept in the chain, so that others can send keys while this device is away. */
export const PREKEYS_KEPT = 8
/** With fewer than this many unused, new ones are published. */
export const PREKEYS_LOW = 4

const PREFIX = 'prekeys/'
const fileOf = (id: number): string => `${PREFIX}${id}`

/** New prekeys, private halves durable. */
export async function makePrekeys(store: Store, count: number): Promise<readonly Prekey[]> {
  const made: Prekey[] = []
  for (let i = 0; i < count; i++) {
    const { id, publicKey, privateKey } = await generatePrekey()
    await store.writeSecret(
      fileOf(id),
      privateKey.use(bytes => bytes.slice()),
    )
    privateKey.zero()
    made.push({ id, publicKey })
  }
  return made
}

/** The private half; null when it was used (or never ours). The caller zeroes it. */
export async function prekeyPrivate(store: Store, id: number): Promise<Secret | null> {
  const bytes = await store.read(fileOf(id))
  return bytes === null ? null : Secret.from(bytes)
}

/** A one-time key was used: from now on nothing opens that packet again. */
export const erasePrekey = (store: Store, id: number): Promise<void> => store.erase(fileOf(id))

/** Publishes new prekeys when few are left. True when it did. */
export async function replenishPrekeys(device: OpenDevice): Promise<boolean> {
  const { store } = device
  const kept = new Set((await store.list(PREFIX)).map(file => Number(file.slice(PREFIX.length))))
  if (self(device).prekeys.filter(key => kept.has(key.id)).length >= PREKEYS_LOW) return false
  await submit(device, async () => {
    const stored = new Set((await store.list(PREFIX)).map(file => Number(file.slice(PREFIX.length))))
    const published = self(device).prekeys
    const unused = published.filter(key => stored.has(key.id))
    // Left by an attempt that never reached the chain: nobody can have used them.
    for (const id of stored) if (!published.some(key => key.id === id)) await erasePrekey(store, id)
    const prekeys = [...unused, ...(await makePrekeys(store, PREKEYS_KEPT - unused.length))]
    return { statement: { type: 'prekeys', prekeys } }
  })
  return true
}
