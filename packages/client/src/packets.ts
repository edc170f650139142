import { activeDevice } from '@hausrecht/chain/rights'
import type { Prekey } from '@hausrecht/chain/types'
import { concat, equal, utf8 } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { CryptoError } from '@hausrecht/crypto/errors'
import type { KemKeyPair } from '@hausrecht/crypto/hpke'
import { type DeviceId, idBytes, newPacketId, type PacketId, parsePacketId, streamIdFrom } from '@hausrecht/crypto/ids'
import {
  decodePacket,
  generateEphemeral,
  openPacket,
  openRelease,
  PACKET_MAX_BYTES,
  type Packet,
  sealPacket,
  sealRelease,
} from '@hausrecht/crypto/packet'
import { randomBytes } from '@hausrecht/crypto/random'
import { Secret } from '@hausrecht/crypto/secret'
import { SIGNATURE_BYTES, verify } from '@hausrecht/crypto/signature'
import { type Cover, decodeCover, encodeCover } from '@hausrecht/keytree/cover'
import { entitledRange } from './delivery.ts'
import { type OpenDevice, sync } from './device.ts'
import { ClientError } from './errors.ts'
import { type LeafRange, type TreeName, zeroCover } from './key-store.ts'
import { changeSent, listSent, saveSent } from './packet-ledger.ts'
import { erasePrekey, prekeyPrivate } from './prekeys.ts'
import { awaitKeys } from './under-way.ts'
import { VaultError } from './vault-error.ts'

/** Nodes of several trees go into one packet up to this many bytes. */
export const PACKET_NODES_MAX = 4 * 1024 * 1024

export type Parcel = { readonly tree: TreeName; readonly range: LeafRange }

/** Binds a release share to its packet and recipient. */
const releaseContext = (device: OpenDevice, packet: PacketId, recipient: DeviceId): Uint8Array =>
  concat(idBytes(device.household), idBytes(packet), idBytes(recipient))

const requestText = (device: OpenDevice, packet: PacketId, recipient: DeviceId, key: Uint8Array): Uint8Array =>
  concat(utf8('hh/release-request/1\0'), releaseContext(device, packet, recipient), key)

/**
 * Seals the keys of some trees to one of the recipient's one-time keys. The release share stays here until it is asked for.
 * Call with the chain in sync: what goes out is cut by all orders and by the recipient's entitlement (crypto I4).
 * @throws ClientError no_prekey
 */
export async function sendKeys(device: OpenDevice, recipient: DeviceId, parcels: readonly Parcel[]): Promise<void> {
  for (const group of groups(device, parcels)) {
    // Until the share is in the ledger no order may come in between: it would not find it there.
    const made = await device.store.exclusive('orders', () => seal(device, recipient, group))
    await device.vault.putPacket(made.id, made.packet)
    await changeSent(device, made.id, now => ({ ...now, posted: true }))
  }
}

/** Takes the keys as they are now, seals them, and keeps the release share. */
async function seal(
  device: OpenDevice,
  recipient: DeviceId,
  parcels: readonly Parcel[],
): Promise<{ readonly id: PacketId; readonly packet: Uint8Array }> {
  const used = new Set((await listSent(device)).filter(sent => sent.recipient === recipient).map(sent => sent.prekeyId))
  const free = device.chain.state.devices.get(recipient)?.prekeys.filter(key => !used.has(key.id)) ?? []
  const prekey = anyOf(free)
  if (prekey === null) throw new ClientError('no_prekey', recipient)
  const packet = newPacketId()
  const { household, key: sender } = device
  const chainHead = device.chain.entries.at(-1)?.entry.hash ?? device.chain.state.head
  const { nodes, trees } = encodeParcels(device, parcels)
  const sealed = await sealPacket({ household, recipient, prekey, chainHead, nodes, sender })
  nodes.fill(0)
  const share = sealed.releaseShare.use(bytes => bytes.slice())
  sealed.releaseShare.zero()
  await saveSent(device, { packet, recipient, prekeyId: prekey.id, trees, releasedAt: null, share, posted: false })
  share.fill(0)
  return { id: packet, packet: sealed.packet }
}

/** Two senders may pick at the same time: chance keeps them apart. */
function anyOf(keys: readonly Prekey[]): Prekey | null {
  const pick = new DataView(randomBytes(4).buffer).getUint32(0)
  return keys[pick % Math.max(1, keys.length)] ?? null
}

/** Packets of bounded size. How large a tree is may change until it is sealed, by what is deleted. */
function groups(device: OpenDevice, parcels: readonly Parcel[]): readonly (readonly Parcel[])[] {
  const all: Parcel[][] = []
  let size = Number.POSITIVE_INFINITY
  for (const parcel of parcels) {
    const cover = device.keys.export(parcel.tree, parcel.range)
    const length = encodeCover(cover).fill(0).length
    zeroCover(cover)
    size += length
    if (size > PACKET_NODES_MAX) {
      all.push([])
      size = length
    }
    all.at(-1)?.push(parcel)
  }
  return all
}

/** CBOR [[stream, generation, encoded cover] …] */
function encodeParcels(device: OpenDevice, parcels: readonly Parcel[]): { nodes: Uint8Array; trees: TreeName[] } {
  const items = parcels.map(({ tree, range }) => {
    const cover = device.keys.export(tree, range)
    const bytes = encodeCover(cover)
    zeroCover(cover)
    return { tree, bytes }
  })
  const nodes = encode(items.map(({ tree, bytes }): CborValue => [idBytes(tree.stream), tree.generation, bytes]))
  for (const { bytes } of items) bytes.fill(0)
  return { nodes, trees: items.map(({ tree }) => tree) }
}

/**
 * Answers those who ask for the release share of a packet of ours: only to a key that the recipient signed, and only while the
 * recipient belongs to the household. @returns how many were answered
 */
export async function answerReleases(device: OpenDevice): Promise<number> {
  const asked = await device.vault.listReleases()
  if (asked.length === 0) return 0
  const sent = await listSent(device)
  let answered = 0
  for (const { packetId, ephemeralKey } of asked) {
    const packet = parsePacketId(packetId)
    const own = sent.find(other => other.packet === packet)
    const recipient = own === undefined ? null : activeDevice(device.chain.state, own.recipient)
    if (own?.share == null || recipient === null) continue
    const request = fromBase64Bounded(ephemeralKey)
    const key = request.subarray(0, -SIGNATURE_BYTES)
    const signature = request.subarray(-SIGNATURE_BYTES)
    if (!(await verify(recipient.publicKey, requestText(device, packet, recipient.id, key), signature))) continue
    const share = Secret.from(own.share.slice())
    const sealed = await sealRelease(share, key, releaseContext(device, packet, recipient.id))
    share.zero()
    try {
      await device.vault.putRelease(packet, sealed)
    } catch (error) {
      // Somebody of this device answered at the same time, or the request ran out.
      if (error instanceof VaultError && error.code === 'gone') continue
      throw error
    }
    await changeSent(device, packet, now => ({ ...now, releasedAt: now.releasedAt ?? device.clock.now() }))
    answered++
  }
  return answered
}

const fromBase64Bounded = (text: string): Uint8Array => Uint8Array.from(atob(text), char => char.charCodeAt(0))

/** Asks for the release share with a key that lives in memory only. */
export async function askForRelease(device: OpenDevice, packet: PacketId): Promise<KemKeyPair> {
  const pair = await generateEphemeral()
  const { privateKey } = pair
  awaitKeys(device.keys, {
    get over() {
      return privateKey.gone
    },
    forget: () => privateKey.zero(),
  })
  const signature = await device.key.sign(requestText(device, packet, device.id, pair.publicKey))
  await device.vault.requestRelease(packet, concat(pair.publicKey, signature))
  return pair
}

/**
 * Reads and judges a packet before anything is asked for: for us, from a device that may send, one-time key not used yet.
 * @throws ClientError bad_packet | packet_replayed
 */
export async function inspectPacket(device: OpenDevice, bytes: Uint8Array): Promise<Packet> {
  let packet: Packet
  try {
    packet = decodePacket(bytes)
  } catch (error) {
    throw new ClientError('bad_packet', 'form', { cause: error })
  }
  if (packet.household !== device.household || packet.recipient !== device.id)
    throw new ClientError('bad_packet', 'for somebody else')
  const sender = activeDevice(device.chain.state, packet.sender)
  if (sender === null || !sender.roles.some(role => role === 'admin' || role === 'recorder'))
    throw new ClientError('bad_packet', 'sender')
  if (!device.chain.entries.some(({ entry }) => equal(entry.hash, packet.chainHead)))
    throw new ClientError('bad_packet', 'made on another chain')
  using prekey = await prekeyPrivate(device.store, packet.prekeyId)
  if (prekey === null) throw new ClientError('packet_replayed')
  return packet
}

/** Is an order newer than the packet? It may hold keys that the order names, and its sender withdraws it and sends another. */
export function isOverruled({ chain }: OpenDevice, packet: Packet): boolean {
  const at = chain.entries.findIndex(({ entry }) => equal(entry.hash, packet.chainHead))
  return chain.entries.slice(at + 1).some(({ entry }) => entry.statement.type === 'delete_order')
}

/**
 * Opens a packet with both secrets, installs what this device is entitled to (cut by all orders, after a fresh sync), and erases
 * the one-time key: the same packet never opens again. Null when an order has overruled it meanwhile.
 * @throws ClientError bad_packet | packet_replayed | packet_not_entitled
 */
export async function installPacket(
  device: OpenDevice,
  packet: Packet,
  id: PacketId,
  release: { readonly sealed: Uint8Array; readonly ephemeral: KemKeyPair },
): Promise<readonly TreeName[] | null> {
  await sync(device)
  if (release.ephemeral.privateKey.gone) return null
  const sender = activeDevice(device.chain.state, packet.sender)
  using prekey = await prekeyPrivate(device.store, packet.prekeyId)
  if (sender === null) throw new ClientError('bad_packet', 'sender')
  if (prekey === null) throw new ClientError('packet_replayed')
  const nodes = await unseal(device, packet, id, sender.publicKey, prekey, release)
  const parcels = readParcels(nodes)
  for (const { tree, cover } of parcels) {
    const range = entitledRange(device.chain.state, device.id, tree)
    if (range === null) throw new ClientError('packet_not_entitled', tree.stream)
    await device.keys.import(tree, cover)
    zeroCover(cover)
  }
  nodes.fill(0)
  await erasePrekey(device.store, packet.prekeyId)
  return parcels.map(({ tree }) => tree)
}

async function unseal(
  device: OpenDevice,
  packet: Packet,
  id: PacketId,
  senderPublicKey: Uint8Array,
  prekeyPrivate: Secret,
  { sealed, ephemeral }: { readonly sealed: Uint8Array; readonly ephemeral: KemKeyPair },
): Promise<Uint8Array> {
  const { household, id: recipient } = device
  try {
    using releaseShare = await openRelease(sealed, ephemeral.privateKey, releaseContext(device, id, recipient))
    return await openPacket({ packet, household, recipient, senderPublicKey, prekeyPrivate, releaseShare })
  } catch (error) {
    if (error instanceof CryptoError) throw new ClientError('bad_packet', error.message, { cause: error })
    throw error
  } finally {
    ephemeral.privateKey.zero()
  }
}

function readParcels(nodes: Uint8Array): readonly { readonly tree: TreeName; readonly cover: Cover }[] {
  const bad = (): ClientError => new ClientError('bad_packet', 'content')
  try {
    const items = decode(nodes, PACKET_MAX_BYTES)
    if (!Array.isArray(items)) throw bad()
    return items.map((item: CborValue) => {
      const [stream, generation, cover] = Array.isArray(item) ? item : []
      if (!(stream instanceof Uint8Array) || typeof generation !== 'number' || !(cover instanceof Uint8Array))
        throw bad()
      return { tree: { stream: streamIdFrom(stream), generation }, cover: decodeCover(cover) }
    })
  } catch (error) {
    throw error instanceof ClientError ? error : bad()
  }
}
