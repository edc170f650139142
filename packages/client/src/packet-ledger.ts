import type { DeleteRange } from '@hausrecht/chain/types'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import {
  type DeviceId,
  deviceIdFrom,
  idBytes,
  type PacketId,
  parsePacketId,
  type StreamId,
  streamIdFrom,
} from '@hausrecht/crypto/ids'
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
export const forgetSent = ({ store }: Stored, packet: PacketId): Promise<void> => store.erase(fileOf(packet))

/**
 * A delete order reaches packets that nobody has opened yet: those that may hold keys of a deleted range lose their release share,
 * which leaves noise, and are sent anew without those keys.
 */
export async function withdrawPackets(device: OpenDevice, ranges: readonly DeleteRange[]): Promise<void> {
  const hit = (stream: StreamId): boolean => ranges.some(range => range.stream === null || range.stream === stream)
  for (const sent of await listSent(device)) {
    if (sent.share === null || !sent.trees.some(({ stream }) => hit(stream))) continue
    if (sent.releasedAt !== null) {
      await saveSent(device, { ...sent, share: null })
      continue
    }
    await forgetSent(device, sent.packet)
    // The packet at the vault can't be opened any more; taking it away is only tidy.
    await device.vault.deletePacket(sent.packet).catch((error: unknown) => {
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
