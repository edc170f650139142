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
import { listSent, saveSent } from './packet-ledger.ts'
import { erasePrekey, prekeyPrivate } from './prekeys.ts'
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
  for (const group of grouped(device, parcels)) {
    const used = new Set(
      (await listSent(device)).filter(sent => sent.recipient === recipient).map(sent => sent.prekeyId),
    )
    const free = device.chain.state.devices.get(recipient)?.prekeys.filter(key => !used.has(key.id)) ?? []
    const prekey = anyOf(free)
    if (prekey === null) throw new ClientError('no_prekey', recipient)
    const packet = newPacketId()
    const { household, key: sender } = device
    const chainHead = device.chain.state.head
    const sealed = await sealPacket({ household, recipient, prekey, chainHead, nodes: group.nodes, sender })
    group.nodes.fill(0)
    const share = sealed.releaseShare.use(bytes => bytes.slice())
    sealed.releaseShare.zero()
    const sent = { packet, recipient, prekeyId: prekey.id, trees: group.trees, releasedAt: null, share }
    await saveSent(device, { ...sent, posted: false })
    await device.vault.putPacket(packet, sealed.packet)
    await saveSent(device, { ...sent, posted: true })
    share.fill(0)
  }
}

/** Two senders may pick at the same time: chance keeps them apart. */
function anyOf(keys: readonly Prekey[]): Prekey | null {
  const pick = new DataView(randomBytes(4).buffer).getUint32(0)
  return keys[pick % Math.max(1, keys.length)] ?? null
}

/** CBOR [[stream, generation, encoded cover] …] in packets of bounded size. */
function* grouped(device: OpenDevice, parcels: readonly Parcel[]): Generator<{ nodes: Uint8Array; trees: TreeName[] }> {
  let items: CborValue[] = []
  let trees: TreeName[] = []
  let size = 0
  for (const { tree, range } of parcels) {
    const cover = device.keys.export(tree, range)
    const bytes = encodeCover(cover)
    zeroCover(cover)
    if (items.length > 0 && size + bytes.length > PACKET_NODES_MAX) {
      yield { nodes: encode(items), trees }
      items = []
      trees = []
      size = 0
    }
    items.push([idBytes(tree.stream), tree.generation, bytes])
    trees.push(tree)
    size += bytes.length
  }
  if (items.length > 0) yield { nodes: encode(items), trees }
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
    await saveSent(device, { ...own, releasedAt: own.releasedAt ?? device.clock.now() })
    answered++
  }
  return answered
}

const fromBase64Bounded = (text: string): Uint8Array => Uint8Array.from(atob(text), char => char.charCodeAt(0))

/** Asks for the release share with a key that lives in memory only. */
export async function askForRelease(device: OpenDevice, packet: PacketId): Promise<KemKeyPair> {
  const pair = await generateEphemeral()
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

/**
 * Opens a packet with both secrets, installs what this device is entitled to (cut by all orders, after a fresh sync), and erases
 * the one-time key: the same packet never opens again.
 * @throws ClientError bad_packet | packet_replayed | packet_not_entitled
 */
export async function installPacket(
  device: OpenDevice,
  packet: Packet,
  id: PacketId,
  release: { readonly sealed: Uint8Array; readonly ephemeral: KemKeyPair },
): Promise<readonly TreeName[]> {
  await sync(device)
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
