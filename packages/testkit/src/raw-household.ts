import { applyEntry, verifyEntry } from '@hausrecht/chain/apply'
import { isCommutative, NO_PREVIOUS, signEntry } from '@hausrecht/chain/entry'
import type { HouseholdState } from '@hausrecht/chain/state'
import type { Role, Statement } from '@hausrecht/chain/types'
import { encode } from '@hausrecht/crypto/cbor'
import {
  deviceIdOf,
  type HouseholdId,
  householdIdOf,
  newObjectId,
  newStreamId,
  type StreamId,
} from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import { encodeHeader, objectLength } from '@hausrecht/media/segment/header'
import { KINDS } from '@hausrecht/media/segment/kinds'
import { paddedLength } from '@hausrecht/media/segment/padding'
import { type Answer, type Headers, send } from './raw-request.ts'

type At = { readonly url: string; readonly publicKey: Uint8Array; readonly origin: string }

/** A household that knows HTTP, chain and headers of segments, and nothing of the client: what it stores are random bytes. */
export class RawHousehold {
  url: string
  readonly founder: SigningKey
  readonly household: HouseholdId
  readonly camera = newStreamId()
  state: HouseholdState | null = null

  private constructor(url: string, founder: SigningKey, household: HouseholdId) {
    this.url = url
    this.founder = founder
    this.household = household
  }

  /** A household with one camera, which the founder records. */
  static async found(vault: At): Promise<RawHousehold> {
    const { house, genesis } = await RawHousehold.prepare(vault)
    const recorder = deviceIdOf(house.founder.publicKey)
    for (const statement of [
      genesis,
      { type: 'add_stream', stream: house.camera, kind: 'video', recorder, pair: null },
      { type: 'generation', stream: house.camera, generation: 0, fromLeaf: 0, reason: 'first' },
    ] as const) {
      const answer = await house.append(house.founder, statement)
      if (answer.status >= 300) throw new Error(`${statement.type}: ${answer.code}`)
    }
    return house
  }

  /** A household that is not founded yet. */
  static async prepare({ url, publicKey, origin }: At): Promise<{ house: RawHousehold; genesis: Statement }> {
    const { key } = await generateSigningKey()
    const nonce = randomBytes(32)
    const household = householdIdOf(key.publicKey, nonce)
    const genesis: Statement = {
      ...{ type: 'genesis', household, nonce, publicKey: key.publicKey },
      ...{ vaultKey: publicKey, origin, logStream: newStreamId() },
    }
    return { house: new RawHousehold(url, key, household), genesis }
  }

  path(rest: string): string {
    return `/v1/households/${this.household}${rest}`
  }

  /** Signed by a device and sent. `target` is below the household's address. */
  send(
    key: SigningKey,
    method: string,
    target: string,
    body?: Uint8Array | object,
    more: Headers = {},
  ): Promise<Answer> {
    return send(this.url, key, method, this.path(target), body, more)
  }

  /** An entry that fits the chain as this household knows it. */
  async entry(key: SigningKey, statement: Statement): Promise<Awaited<ReturnType<typeof signEntry>>> {
    const actor = deviceIdOf(key.publicKey)
    const author = this.state?.devices.get(actor)
    const place = isCommutative(statement)
      ? { sequence: author?.written ?? 0, previous: author?.last ?? NO_PREVIOUS }
      : { sequence: this.state?.length ?? 0, previous: this.state?.head ?? NO_PREVIOUS }
    return signEntry({ time: Date.now(), actor, statement, commitment: null, ...place }, key)
  }

  async append(key: SigningKey, statement: Statement): Promise<Answer> {
    const entry = await this.entry(key, statement)
    const answer =
      statement.type === 'genesis'
        ? await send(this.url, key, 'POST', '/v1/households', entry.bytes)
        : await this.send(key, 'POST', '/entries', encode([entry.bytes, null]))
    if (answer.status < 300) {
      const applied = applyEntry(this.state, await verifyEntry(this.state, entry))
      if (!applied.ok) throw new Error(applied.code)
      this.state = applied.state
    }
    return answer
  }

  /** A new device with these roles, which may hold every stream from the first leaf on. */
  async add(...roles: readonly Role[]): Promise<SigningKey> {
    const { key } = await generateSigningKey()
    const answer = await this.append(this.founder, {
      ...{ type: 'add_device', publicKey: key.publicKey, roles, prekeys: [] },
      entitlement: { from: 0, streams: 'all' },
    })
    if (answer.status >= 300) throw new Error(`add_device: ${answer.code} ${JSON.stringify(answer.json)}`)
    return key
  }

  /** What a sealed segment looks like from outside. */
  segment(
    leaf: number,
    object = newObjectId(),
    size = 3000,
    more: { readonly stream?: StreamId; readonly recorder?: SigningKey } = {},
  ): Uint8Array {
    const payloadLength = paddedLength(KINDS.video, size)
    const context = encodeHeader({
      ...{ kind: KINDS.video, household: this.household, stream: more.stream ?? this.camera, generation: 0 },
      ...{ leaf, object, payloadLength, recorder: deviceIdOf((more.recorder ?? this.founder).publicKey) },
    })
    const bytes = randomBytes(objectLength(context.length, payloadLength))
    bytes.set(context)
    return bytes
  }
}
