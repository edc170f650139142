import { concat, equal, u32be, utf8 } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import { gcmOpen, gcmSeal } from '@hausrecht/crypto/gcm'
import { hkdfExpand256, hkdfExtract256, sha256 } from '@hausrecht/crypto/hash'
import { hpkeOpen, hpkeSeal, KEM_PUBLIC_KEY_BYTES, type KemKeyPair, kemKeyPair } from '@hausrecht/crypto/hpke'
import { type DeviceId, type HouseholdId, idBytes } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { Secret } from '@hausrecht/crypto/secret'
import { SIGNATURE_BYTES, type SigningKey, verify } from '@hausrecht/crypto/signature'
import { ClientError } from '../errors.ts'

/**
 * A channel between two devices of a household that a vault relays and cannot read. The caller signs an ephemeral X-Wing key; the
 * answerer seals a random secret to it (HPKE) and signs both. Nothing that opens the channel outlives it on either side, so whoever
 * keeps every byte and seizes both devices later opens nothing. docs/formats/channel.md
 */
export type Parties = { readonly household: HouseholdId; readonly caller: DeviceId; readonly answerer: DeviceId }

/** First byte of each message on the wire. */
export const WIRE = { hello: 1, answer: 2, data: 3, closed: 4 } as const
export const CHANNEL_ID_BYTES = 16
const SECRET_BYTES = 32
const HELLO = utf8('hh/channel/1\0')
const ANSWER = utf8('hh/channel-answer/1\0')

const bound = (label: Uint8Array, { household, caller, answerer }: Parties, id: Uint8Array): Uint8Array =>
  concat(label, idBytes(household), idBytes(caller), idBytes(answerer), id)

const bad = (what: string): ClientError => new ClientError('bad_channel', what)

/** The caller's half while it waits for the answer. */
export type Calling = { readonly id: Uint8Array; readonly hello: Uint8Array; readonly ephemeral: KemKeyPair }

/** hello = 1 ‖ id (16) ‖ ephemeral public key (1216) ‖ signature (64). */
export async function callOut(parties: Parties, key: SigningKey): Promise<Calling> {
  const id = randomBytes(CHANNEL_ID_BYTES)
  const ephemeral = await kemKeyPair()
  const signature = await key.sign(concat(bound(HELLO, parties, id), ephemeral.publicKey))
  return { id, hello: concat(Uint8Array.of(WIRE.hello), id, ephemeral.publicKey, signature), ephemeral }
}

/** Judges a hello and answers it: 2 ‖ id ‖ signature (64) ‖ CBOR [enc, ciphertext]. @throws ClientError bad_channel */
export async function answerTo(
  hello: Uint8Array,
  parties: Parties,
  callerKey: Uint8Array,
  key: SigningKey,
): Promise<{ readonly id: Uint8Array; readonly answer: Uint8Array; readonly secured: Secured }> {
  const keyEnd = 1 + CHANNEL_ID_BYTES + KEM_PUBLIC_KEY_BYTES
  if (hello.length !== keyEnd + SIGNATURE_BYTES || hello[0] !== WIRE.hello) throw bad('hello')
  const id = hello.slice(1, 1 + CHANNEL_ID_BYTES)
  const publicKey = hello.slice(1 + CHANNEL_ID_BYTES, keyEnd)
  if (!(await verify(callerKey, concat(bound(HELLO, parties, id), publicKey), hello.slice(keyEnd))))
    throw bad('signature of the caller')
  const secret = randomBytes(SECRET_BYTES)
  const { enc, ciphertext } = await hpkeSeal(publicKey, bound(HELLO, parties, id), secret)
  const sealed = encode([enc, ciphertext])
  const signature = await key.sign(concat(bound(ANSWER, parties, id), sha256(hello), sealed))
  const secured = secure(secret, parties, id, sha256(hello, sealed), false)
  return { id, answer: concat(Uint8Array.of(WIRE.answer), id, signature, sealed), secured }
}

/** @throws ClientError bad_channel */
export async function accept(
  calling: Calling,
  answer: Uint8Array,
  parties: Parties,
  answererKey: Uint8Array,
): Promise<Secured> {
  const { id, hello, ephemeral } = calling
  try {
    const start = 1 + CHANNEL_ID_BYTES
    const signature = answer.slice(start, start + SIGNATURE_BYTES)
    const sealed = answer.slice(start + SIGNATURE_BYTES)
    if (answer[0] !== WIRE.answer || !equal(answer.subarray(1, start), id)) throw bad('answer')
    if (!(await verify(answererKey, concat(bound(ANSWER, parties, id), sha256(hello), sealed), signature)))
      throw bad('signature of the answerer')
    const [enc, ciphertext] = readSealed(sealed)
    const secret = await hpkeOpen(ephemeral.privateKey, bound(HELLO, parties, id), enc, ciphertext)
    return secure(secret, parties, id, sha256(hello, sealed), true)
  } catch (error) {
    throw error instanceof ClientError ? error : new ClientError('bad_channel', 'answer', { cause: error })
  } finally {
    ephemeral.privateKey.zero()
  }
}

function readSealed(bytes: Uint8Array): readonly [Uint8Array, Uint8Array] {
  const value: CborValue = decode(bytes)
  const [enc, ciphertext] = Array.isArray(value) ? value : []
  if (!(enc instanceof Uint8Array) || !(ciphertext instanceof Uint8Array)) throw bad('answer')
  return [enc, ciphertext]
}

function secure(
  secret: Uint8Array,
  parties: Parties,
  id: Uint8Array,
  transcript: Uint8Array,
  isCaller: boolean,
): Secured {
  const prk = hkdfExtract256(transcript, secret)
  secret.fill(0)
  const there = Secret.from(hkdfExpand256(prk, bound(utf8('caller'), parties, id), 32))
  const back = Secret.from(hkdfExpand256(prk, bound(utf8('answerer'), parties, id), 32))
  prk.fill(0)
  return isCaller ? new Secured(id, there, back) : new Secured(id, back, there)
}

/**
 * Seals and opens the messages of one channel: 3 ‖ id ‖ u32 sequence ‖ AES-256-GCM, a key for each message of each direction, the
 * sequence as nonce. A message that is repeated, left out or out of order ends the channel.
 */
export class Secured {
  readonly id: Uint8Array
  readonly #sending: Direction
  readonly #receiving: Direction

  constructor(id: Uint8Array, sending: Secret, receiving: Secret) {
    this.id = id
    this.#sending = new Direction(sending)
    this.#receiving = new Direction(receiving)
  }

  async seal(message: Uint8Array): Promise<Uint8Array> {
    const { sequence, key: secret } = this.#sending.next()
    using key = secret
    const head = concat(Uint8Array.of(WIRE.data), this.id, u32be(sequence))
    return concat(head, await gcmSeal(key, nonceOf(sequence), message, head))
  }

  /** @throws ClientError bad_channel */
  async open(bytes: Uint8Array): Promise<Uint8Array> {
    const headLength = 1 + CHANNEL_ID_BYTES + 4
    if (bytes.length <= headLength) throw bad('message')
    const { sequence, key: secret } = this.#receiving.next()
    using key = secret
    const head = concat(Uint8Array.of(WIRE.data), this.id, u32be(sequence))
    if (!equal(bytes.subarray(0, headLength), head)) throw bad('out of order')
    try {
      return await gcmOpen(key, nonceOf(sequence), bytes.subarray(headLength), head)
    } catch (error) {
      throw new ClientError('bad_channel', 'message', { cause: error })
    }
  }

  close(): void {
    this.#sending.zero()
    this.#receiving.zero()
  }
}

const MESSAGE = utf8('hh/channel-message/1')
const NEXT = utf8('hh/channel-next/1')

/**
 * The keys of one direction: each message has its own, and none leads back to the one before. A channel may be open for days, and what
 * went through it at its beginning were keys of recordings that are deleted since.
 */
class Direction {
  #chain: Secret
  #sequence = 0

  constructor(chain: Secret) {
    this.#chain = chain
  }

  /** The key of the next message; the caller zeroes it. */
  next(): { readonly sequence: number; readonly key: Secret } {
    using chain = this.#chain
    const expand = (label: Uint8Array): Secret => chain.use(bytes => Secret.from(hkdfExpand256(bytes, label, 32)))
    const key = expand(MESSAGE)
    this.#chain = expand(NEXT)
    return { sequence: this.#sequence++, key }
  }

  zero(): void {
    this.#chain.zero()
  }
}

const nonceOf = (sequence: number): Uint8Array => concat(new Uint8Array(8), u32be(sequence))
