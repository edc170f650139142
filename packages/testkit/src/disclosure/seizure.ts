import type { OpenDevice } from '@hausrecht/client/open-device'
import { listSent } from '@hausrecht/client/packet-ledger'
import type { Store } from '@hausrecht/client/store'
import { concat } from '@hausrecht/crypto/bytes'
import { decode } from '@hausrecht/crypto/cbor'
import { CryptoError } from '@hausrecht/crypto/errors'
import { idBytes, parsePacketId } from '@hausrecht/crypto/ids'
import { decodePacket, openPacket, openRelease, PACKET_MAX_BYTES, type Packet } from '@hausrecht/crypto/packet'
import { Secret } from '@hausrecht/crypto/secret'
import { type CoverNode, decodeCover } from '@hausrecht/keytree/cover'
import type { Hoard } from './adversary.ts'

const CHECKSUM_BYTES = 32

/** All files of a store. */
export async function filesOf(store: Store): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  for (const name of await store.list('')) files.set(name, (await store.read(name)) ?? new Uint8Array(0))
  return files
}

/** The nodes that lie in the files of a device. */
export function nodesIn(files: ReadonlyMap<string, Uint8Array>): readonly CoverNode[] {
  return [...files].flatMap(([name, bytes]) => {
    if (name.startsWith('keys/')) return decodeCover(bytes.subarray(CHECKSUM_BYTES))
    return name.startsWith('new-trees/') ? decodeCover(bytes) : []
  })
}

type Seized = { readonly device: OpenDevice; readonly files: ReadonlyMap<string, Uint8Array> }

/** Opens every packet that the vault kept for which both secrets can be had: from any device's files, from memory, or from a release. */
export async function nodesInPackets(
  hoard: Hoard,
  seized: readonly Seized[],
  memory: readonly Uint8Array[],
): Promise<readonly CoverNode[]> {
  const nodes: CoverNode[] = []
  for (const [id, bytes] of hoard.packets) {
    const packet = decodePacket(bytes)
    const prekeys = seized.flatMap(({ files }) => {
      const prekey = files.get(`prekeys/${packet.prekeyId}`)
      return prekey === undefined ? [] : [prekey]
    })
    const shares = await sharesOf(hoard, seized, memory, id, packet)
    const sender = seized.find(({ device }) => device.id === packet.sender)?.device
    if (sender === undefined) throw new Error('a packet of a stranger')
    for (const prekey of shares.length === 0 ? [] : [...prekeys, ...memory])
      for (const share of shares) nodes.push(...(await nodesOf(packet, sender.key.publicKey, prekey, share)))
  }
  return nodes
}

async function sharesOf(
  hoard: Hoard,
  seized: readonly Seized[],
  memory: readonly Uint8Array[],
  id: string,
  packet: Packet,
): Promise<readonly Uint8Array[]> {
  const shares: Uint8Array[] = []
  for (const { device } of seized)
    for (const sent of await listSent(device)) if (sent.packet === id && sent.share !== null) shares.push(sent.share)
  const context = concat(idBytes(packet.household), idBytes(parsePacketId(id)), idBytes(packet.recipient))
  for (const release of hoard.releases.get(id) ?? [])
    for (const key of memory) {
      const share = await orNull(openRelease(release, Secret.from(key.slice()), context))
      if (share !== null) shares.push(share.use(bytes => bytes.slice()))
    }
  return shares
}

async function nodesOf(
  packet: Packet,
  senderPublicKey: Uint8Array,
  prekey: Uint8Array,
  share: Uint8Array,
): Promise<readonly CoverNode[]> {
  const { household, recipient } = packet
  const [prekeyPrivate, releaseShare] = [Secret.from(prekey.slice()), Secret.from(share.slice())]
  const plain = await orNull(openPacket({ packet, household, recipient, senderPublicKey, prekeyPrivate, releaseShare }))
  const items = plain === null ? [] : decode(plain, PACKET_MAX_BYTES)
  if (!Array.isArray(items)) throw new Error('a packet of something else')
  return items.flatMap(item => {
    const cover = Array.isArray(item) ? item[2] : null
    return cover instanceof Uint8Array ? decodeCover(cover) : []
  })
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (error instanceof CryptoError) return null
    throw error
  }
}
