import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { type DeviceId, deviceIdFrom, idBytes, type PacketId, parsePacketId, streamIdFrom } from '@hausrecht/crypto/ids'
import { ClientError } from './errors.ts'
import type { TreeName } from './key-store.ts'
import type { OpenDevice } from './open-device.ts'
import { VaultError } from './vault-error.ts'

/** A packet this device has sent. */
export type Sent = {
  readonly packet: PacketId
  readonly recipient: DeviceId
  readonly prekeyId: number
  readonly trees: readonly TreeName[]
  /** The vault has it. False after a crash on the way: it is forgotten and sent anew. */
  readonly posted: boolean
  /** When the release share was handed over, ms; null while the recipient has not asked. */
  readonly releasedAt: number | null
  /** The second secret; null once erased. */
  readonly share: Uint8Array | null
}

const PREFIX = 'sent/'
/** Under which the ledger is read and written back. */
const LOCK = 'sent'
const fileOf = (packet: PacketId): string => `${PREFIX}${packet}`
type Stored = Pick<OpenDevice, 'store'>

/** CBOR [recipient, prekey id, [[stream, generation] …], posted, released at or null, share or null] */
export async function saveSent({ store }: Stored, sent: Sent): Promise<void> {
  const trees = sent.trees.map(({ stream, generation }): CborValue => [idBytes(stream), generation])
  const bytes = encode([idBytes(sent.recipient), sent.prekeyId, trees, sent.posted, sent.releasedAt, sent.share])
  await store.writeSecret(fileOf(sent.packet), bytes)
  bytes.fill(0)
}

export async function listSent({ store }: Stored): Promise<readonly Sent[]> {
  const all: Sent[] = []
  for (const file of await store.list(PREFIX)) {
    const bytes = await store.read(file)
    if (bytes !== null) all.push(readSent(parsePacketId(file.slice(PREFIX.length)), bytes))
  }
  return all
}

/** Forgets that a packet was sent, share and all: what it carried counts as not delivered. */
export const forgetSent = ({ store }: Stored, packet: PacketId): Promise<void> =>
  store.exclusive(LOCK, () => store.erase(fileOf(packet)))

/**
 * Changes what is kept of a packet, as it is by now: while the vault took its time to answer, an order may have taken the share away, and
 * whoever wrote an older copy would bring it back. Nothing happens if the packet is forgotten.
 */
export async function changeSent(device: Stored, packet: PacketId, change: (now: Sent) => Sent): Promise<void> {
  const { store } = device
  await store.exclusive(LOCK, async () => {
    const bytes = await store.read(fileOf(packet))
    if (bytes === null) return
    const now = readSent(packet, bytes)
    await saveSent(device, change(now))
    now.share?.fill(0)
    bytes.fill(0)
  })
}

/**
 * A delete order reaches packets that nobody may have opened yet, all of them: they lose their release share, which leaves noise, and are
 * sent anew without the deleted keys. A recipient leaves a packet alone that is older than an order it knows.
 */
export async function withdrawPackets(device: OpenDevice): Promise<void> {
  const withdrawn = await device.store.exclusive(LOCK, async () => {
    const open = (await listSent(device)).filter(({ share }) => share !== null)
    for (const { packet } of open) await device.store.erase(fileOf(packet))
    return open
  })
  for (const { packet, share } of withdrawn) {
    share?.fill(0)
    // The packet at the vault can't be opened any more; taking it away is only tidy.
    await device.vault.deletePacket(packet).catch((error: unknown) => {
      if (!(error instanceof VaultError)) throw error
    })
  }
}

function readSent(packet: PacketId, bytes: Uint8Array): Sent {
  const damaged = (): ClientError => new ClientError('home_damaged', fileOf(packet))
  const value = decode(bytes)
  if (!Array.isArray(value) || value.length !== 6) throw damaged()
  const [recipient, prekeyId, trees, posted, releasedAt, share] = value
  if (!(recipient instanceof Uint8Array) || typeof prekeyId !== 'number' || !Array.isArray(trees)) throw damaged()
  return {
    packet,
    recipient: deviceIdFrom(recipient),
    prekeyId,
    trees: trees.map((tree: CborValue) => {
      const [stream, generation] = Array.isArray(tree) ? tree : []
      if (!(stream instanceof Uint8Array) || typeof generation !== 'number') throw damaged()
      return { stream: streamIdFrom(stream), generation }
    }),
    posted: posted === true,
    releasedAt: typeof releasedAt === 'number' ? releasedAt : null,
    share: share instanceof Uint8Array ? share : null,
  }
}
