import { concat, u32be, utf8 } from './bytes.ts'
import { type CborValue, decode, encode } from './cbor.ts'
import { CryptoError } from './errors.ts'
import { gcmOpen, gcmSeal } from './gcm.ts'
import { hkdfExpand256, hkdfExtract256 } from './hash.ts'
import { hpkeOpen, hpkeSeal, KEM_ENC_BYTES, type KemKeyPair, kemKeyPair } from './hpke.ts'
import { type DeviceId, deviceIdFrom, deviceIdOf, type HouseholdId, householdIdFrom, ID_BYTES, idBytes } from './ids.ts'
import { randomBytes, randomU32 } from './random.ts'
import { Secret } from './secret.ts'
import { type SigningKey, verify } from './signature.ts'

/**
 * A packet carries key-tree nodes from one device to another through a vault that keeps everything for ever.
 * Two secrets open it and both are erased after use: the recipient's one-time prekey, and a release share that the
 * sender keeps until the recipient asks for it. docs/formats/keys.md §Packets
 */
export type OneTimePrekey = KemKeyPair & { readonly id: number }
export type PacketHeader = {
  readonly household: HouseholdId
  readonly sender: DeviceId
  readonly recipient: DeviceId
  readonly prekeyId: number
  /** Head of the chain when it was sealed: the entry that entitles the recipient is at or before it. */
  readonly chainHead: Uint8Array
}
export type Packet = PacketHeader & {
  readonly enc: Uint8Array
  readonly wrapped: Uint8Array
  readonly sealed: Uint8Array
  readonly signature: Uint8Array
}

export const PACKET_MAX_BYTES = 8 * 1024 * 1024
const SHARE_BYTES = 32
const SIGNED = utf8('hh/pkt/1\0')
const NONCE = new Uint8Array(12)

/** A new prekey: the public half goes into the chain, the private half stays and is zeroed once used. */
export async function generatePrekey(): Promise<OneTimePrekey> {
  return { id: randomU32(), ...(await kemKeyPair()) }
}

/** An ephemeral key that asks for a release share: lives in memory only, for one exchange. */
export const generateEphemeral = (): Promise<KemKeyPair> => kemKeyPair()

const packetInfo = (header: PacketHeader): Uint8Array =>
  concat(
    utf8('hh/pkt/1'),
    idBytes(header.household),
    idBytes(header.recipient),
    u32be(header.prekeyId),
    header.chainHead,
  )

/** k₁ comes through HPKE, the share from the sender: the content key needs both. One key, one message: the nonce is zero. */
function contentKey(first: Uint8Array, share: Uint8Array, info: Uint8Array): Secret {
  const prk = hkdfExtract256(share, first)
  const key = Secret.from(hkdfExpand256(prk, info, 32))
  prk.fill(0)
  return key
}

function packetMap(packet: Omit<Packet, 'signature'>): Map<number, CborValue> {
  return new Map<number, CborValue>([
    [1, 1],
    [2, idBytes(packet.household)],
    [3, idBytes(packet.sender)],
    [4, idBytes(packet.recipient)],
    [5, packet.prekeyId],
    [6, packet.chainHead],
    [7, packet.enc],
    [8, packet.wrapped],
    [9, packet.sealed],
  ])
}

/** Seals `nodes` (an encoded cover, or several). The caller keeps the release share until it is asked for, then zeroes it. */
export async function sealPacket(request: {
  readonly household: HouseholdId
  readonly recipient: DeviceId
  readonly prekey: { readonly id: number; readonly publicKey: Uint8Array }
  readonly chainHead: Uint8Array
  readonly nodes: Uint8Array
  readonly sender: SigningKey
}): Promise<{ readonly packet: Uint8Array; readonly releaseShare: Secret }> {
  const header: PacketHeader = {
    household: request.household,
    sender: deviceIdOf(request.sender.publicKey),
    recipient: request.recipient,
    prekeyId: request.prekey.id,
    chainHead: request.chainHead,
  }
  const info = packetInfo(header)
  const first = randomBytes(32)
  const share = randomBytes(SHARE_BYTES)
  const { enc, ciphertext } = await hpkeSeal(request.prekey.publicKey, info, first)
  using key = contentKey(first, share, info)
  first.fill(0)
  const sealed = await gcmSeal(key, NONCE, request.nodes, info)
  const map = packetMap({ ...header, enc, wrapped: ciphertext, sealed })
  map.set(10, await request.sender.sign(concat(SIGNED, encode(map))))
  return { packet: encode(map), releaseShare: Secret.from(share) }
}

/** Reads a packet's envelope; nothing in it is trusted before `openPacket`. @throws CryptoError bad_packet */
export function decodePacket(bytes: Uint8Array): Packet {
  let map: CborValue
  try {
    map = decode(bytes, PACKET_MAX_BYTES)
  } catch {
    throw new CryptoError('bad_packet')
  }
  if (!(map instanceof Map) || map.size !== 10 || map.get(1) !== 1) throw new CryptoError('bad_packet')
  const field = (key: number, length?: number): Uint8Array => {
    const value = map.get(key)
    if (!(value instanceof Uint8Array) || (length !== undefined && value.length !== length))
      throw new CryptoError('bad_packet')
    return value
  }
  const prekeyId = map.get(5)
  if (typeof prekeyId !== 'number' || !Number.isInteger(prekeyId) || prekeyId < 0 || prekeyId > 0xffff_ffff)
    throw new CryptoError('bad_packet')
  return {
    household: householdIdFrom(field(2, ID_BYTES)),
    sender: deviceIdFrom(field(3, ID_BYTES)),
    recipient: deviceIdFrom(field(4, ID_BYTES)),
    prekeyId,
    chainHead: field(6, 32),
    enc: field(7, KEM_ENC_BYTES),
    wrapped: field(8, 48),
    sealed: field(9),
    signature: field(10, 64),
  }
}

/**
 * Checks who sent the packet and that it is for us, then opens it with both secrets. The caller erases the prekey afterwards.
 * @throws CryptoError bad_packet
 */
export async function openPacket(request: {
  readonly packet: Packet
  readonly household: HouseholdId
  readonly recipient: DeviceId
  readonly senderPublicKey: Uint8Array
  readonly prekeyPrivate: Secret
  readonly releaseShare: Secret
}): Promise<Uint8Array> {
  const { packet } = request
  if (packet.household !== request.household || packet.recipient !== request.recipient)
    throw new CryptoError('bad_packet', 'for somebody else')
  if (deviceIdOf(request.senderPublicKey) !== packet.sender) throw new CryptoError('bad_packet', 'from somebody else')
  const signed = concat(SIGNED, encode(packetMap(packet)))
  if (!(await verify(request.senderPublicKey, signed, packet.signature)))
    throw new CryptoError('bad_packet', 'signature')
  const info = packetInfo(packet)
  const first = await hpkeOpen(request.prekeyPrivate, info, packet.enc, packet.wrapped)
  using key = request.releaseShare.use(share => contentKey(first, share, info))
  first.fill(0)
  try {
    return await gcmOpen(key, NONCE, packet.sealed, info)
  } catch {
    throw new CryptoError('bad_packet', 'release share')
  }
}

const releaseInfo = (context: Uint8Array): Uint8Array => concat(utf8('hh/release/1'), context)

/** Hands a release share to an ephemeral key; `context` binds household, packet and recipient. enc ‖ ciphertext. */
export async function sealRelease(
  share: Secret,
  ephemeralPublicKey: Uint8Array,
  context: Uint8Array,
): Promise<Uint8Array> {
  const copy = share.use(bytes => bytes.slice())
  const { enc, ciphertext } = await hpkeSeal(ephemeralPublicKey, releaseInfo(context), copy)
  copy.fill(0)
  return concat(enc, ciphertext)
}

/** @throws CryptoError bad_packet */
export async function openRelease(sealed: Uint8Array, ephemeralPrivate: Secret, context: Uint8Array): Promise<Secret> {
  if (sealed.length !== KEM_ENC_BYTES + SHARE_BYTES + 16) throw new CryptoError('bad_packet', 'release share')
  const enc = sealed.subarray(0, KEM_ENC_BYTES)
  return Secret.from(await hpkeOpen(ephemeralPrivate, releaseInfo(context), enc, sealed.subarray(KEM_ENC_BYTES)))
}
