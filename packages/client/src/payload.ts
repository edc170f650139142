import { type Entry, payloadCommitment } from '@hausrecht/chain/entry'
import { equal } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { randomBytes } from '@hausrecht/crypto/random'
import { leafOf } from '@hausrecht/keytree/leaf'
import { ClientError } from './errors.ts'
import { openDetails } from './open.ts'
import type { OpenDevice } from './open-device.ts'
import { type Place, sealDetails } from './seal.ts'

/** What an entry says to the household only: texts by name, as `name` for a camera or device. docs/formats/chain.md §Payloads */
export type EntryPayload = Readonly<Record<string, string>>

/** Keys of the map inside the seal. */
const FIELD = { nonce: 1, payload: 2 } as const
const NONCE_BYTES = 32

export type SealedPayload = { readonly bytes: Uint8Array; readonly commitment: Uint8Array }

/**
 * Seals a payload as an object of kind 4 in the household's log stream, nonce inside: the entry's commitment binds it without
 * telling anything, and puncturing the log stream forgets it.
 */
export async function sealPayload(device: OpenDevice, payload: EntryPayload): Promise<SealedPayload> {
  const { logStream: stream, streams } = device.chain.state
  const now = device.clock.now()
  const generations = streams.get(stream)?.generations ?? []
  // A clock behind the first leaf of the newest generation seals at that leaf.
  const leaf = Math.max(leafOf(now), generations.at(-1) ?? 0)
  return sealPayloadAt(device, { stream, generation: Math.max(0, generations.length - 1), leaf }, payload)
}

async function sealPayloadAt(device: OpenDevice, place: Place, payload: EntryPayload): Promise<SealedPayload> {
  const nonce = randomBytes(NONCE_BYTES)
  const encoded = encode(new Map<string, CborValue>(Object.entries(payload)))
  const details = new Map<number, CborValue>([
    [FIELD.nonce, nonce],
    [FIELD.payload, encoded],
  ])
  const { household, id, keys } = device
  const { bytes } = await sealDetails({ household, device: id }, keys, place, details)
  return { bytes, commitment: payloadCommitment(nonce, encoded) }
}

/**
 * Opens an entry's payload and holds it against the entry's commitment.
 * @throws ClientError payload_mismatch, and what `openSegment` throws
 */
export async function openPayload(device: OpenDevice, entry: Entry, sealed: Uint8Array): Promise<EntryPayload> {
  const { nonce, payload } = await openParts(device, sealed)
  if (entry.commitment === null || !equal(payloadCommitment(nonce, payload), entry.commitment))
    throw new ClientError('payload_mismatch')
  return readTexts(payload)
}

/** Opens texts that no entry commits to: whatever they are about has to be among them. @throws ClientError as `openSegment` */
export async function openText(device: OpenDevice, sealed: Uint8Array): Promise<EntryPayload> {
  return readTexts((await openParts(device, sealed)).payload)
}

async function openParts(
  device: OpenDevice,
  sealed: Uint8Array,
): Promise<{ readonly nonce: Uint8Array; readonly payload: Uint8Array }> {
  const { logStream: stream } = device.chain.state
  const details = await openDetails({ household: device.household, stream }, device.keys, sealed)
  const nonce = details.get(FIELD.nonce)
  const payload = details.get(FIELD.payload)
  if (!(nonce instanceof Uint8Array) || !(payload instanceof Uint8Array)) throw new ClientError('damaged_payload')
  return { nonce, payload }
}

function readTexts(payload: Uint8Array): EntryPayload {
  const fields = decode(payload)
  if (!(fields instanceof Map)) throw new ClientError('damaged_payload', 'texts')
  return Object.fromEntries(
    [...fields].filter(([, text]) => typeof text === 'string').map(([key, text]) => [key, String(text)]),
  )
}
