import { LIMITS } from '@hausrecht/contract/limits'
import type { RouteName } from '@hausrecht/contract/routes'
import {
  type AccessGrant,
  type AccessRequest,
  AccessSchema,
  type Appended,
  AppendedSchema,
  type Challenge,
  type Confirm,
  type Health,
  HealthSchema,
  type ObjectPage,
  ObjectPageSchema,
  PacketListSchema,
  type PacketRow,
  type PasskeyFacts,
  PasskeyListSchema,
  type PasskeyRegistration,
  type PasskeyRow,
  PasskeyRowSchema,
  type Pending,
  PendingListSchema,
  type PendingRequest,
  PendingSchema,
  ProofSchema,
  ReleaseListSchema,
  type ReleaseRow,
  ReleaseShareSchema,
  type RunPage,
  RunPageSchema,
  type Stored,
  StoredSchema,
  type Usage,
  UsageSchema,
  WebAuthnOptionsSchema,
} from '@hausrecht/contract/schemas'
import { fromBase64, toBase64 } from '@hausrecht/crypto/bytes'
import { type CborValue, decode, encode } from '@hausrecht/crypto/cbor'
import {
  type DeviceId,
  type HouseholdId,
  type ObjectId,
  type PacketId,
  parseStreamId,
  type StreamId,
} from '@hausrecht/crypto/ids'
import type { SigningKey } from '@hausrecht/crypto/signature'
import { formatTilePath } from '@hausrecht/tlog/tiles'
import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type Clock, systemClock } from './clock.ts'
import { type Call, type Caller, type CallOptions, call, DEFAULT_TIMEOUT_MS } from './http-call.ts'
import type { LogSource } from './log-source.ts'
import type { HttpResponse, Transport } from './transport.ts'
import { VaultError, WAY_ERRORS } from './vault-error.ts'

/** A control entry as the vault lists it. Not verified: `Chain` does that from the log itself. */
export type ListedEntry = { readonly entry: Uint8Array; readonly logIndex: number; readonly payload: Uint8Array | null }

export type VaultClientOptions = {
  /** Address of the vault, without a path. */
  readonly url: string
  readonly household: HouseholdId
  readonly key: SigningKey
  readonly transport: Transport
  readonly clock?: Clock
}

const PAGE_MAX_BYTES = 16 * 1024 * 1024

/**
 * The vault's routes as typed calls, each signed by this device. Answers are checked against the contract's schemas, so what comes
 * out has the shape it says; whether it is true is for `chain`, `read` and `join` to find out.
 * All calls throw `VaultError`.
 */
export class VaultClient implements LogSource {
  readonly household: HouseholdId
  readonly #caller: Caller

  /** Address without a slash at its end. */
  get url(): string {
    return this.#caller.url
  }

  constructor(options: VaultClientOptions) {
    const { url, key, transport } = options
    this.household = options.household
    this.#caller = { url: url.replace(/\/+$/, ''), key, transport, clock: options.clock ?? systemClock }
  }

  /** The vault's key and origin, for a new household to pin. */
  async about(options: CallOptions = {}): Promise<Health> {
    return json(HealthSchema, await call(this.#caller, 'about', options))
  }

  async createHousehold(genesis: Uint8Array): Promise<Appended> {
    return json(AppendedSchema, await call(this.#caller, 'createHousehold', { octets: genesis }))
  }

  async appendEntry(entry: Uint8Array, payload: Uint8Array | null): Promise<Appended> {
    return json(AppendedSchema, await this.#call('appendEntry', { octets: encode([entry, payload]) }))
  }

  /** From place `from` among the control entries; waits up to `waitSeconds` for one. */
  async listEntries(from: number, waitSeconds = 0, options: CallOptions = {}): Promise<readonly ListedEntry[]> {
    const query = { from, ...(waitSeconds > 0 && { wait: Math.min(waitSeconds, LIMITS.waitSeconds) }) }
    const timeoutMs = DEFAULT_TIMEOUT_MS + waitSeconds * 1000
    const response = await this.#call('listEntries', { query, timeoutMs, ...options })
    const rows = cbor(response)
    if (!Array.isArray(rows)) throw badAnswer('entries')
    return rows.map((row: CborValue) => {
      const [entry, logIndex, payload] = Array.isArray(row) ? row : []
      const sealed = payload instanceof Uint8Array ? payload : null
      if (!(entry instanceof Uint8Array) || typeof logIndex !== 'number') throw badAnswer('entries')
      return { entry, logIndex, payload: sealed }
    })
  }

  async checkpoint(options: CallOptions = {}): Promise<string> {
    return new TextDecoder().decode((await this.#call('checkpoint', options)).body)
  }

  async entryBundle(index: number, width: number): Promise<Uint8Array> {
    const path = formatTilePath({ kind: 'entries', index, width })
    return (await this.#call('tile', { params: { '*': path.slice('tile/'.length) } })).body
  }

  /** A hash tile (C2SP tlog-tiles). Devices do not need them, as they read every leaf; whoever audits the log does. */
  async hashTile(level: number, index: number, width: number): Promise<Uint8Array> {
    const path = formatTilePath({ kind: 'tile', level, index, width })
    return (await this.#call('tile', { params: { '*': path.slice('tile/'.length) } })).body
  }

  async inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]> {
    return proof(await this.#call('inclusion', { query: { index, size } }))
  }

  async consistencyProof(oldSize: number, newSize: number): Promise<readonly Uint8Array[]> {
    return proof(await this.#call('consistency', { query: { old: oldSize, new: newSize } }))
  }

  async putObject(object: ObjectId, sealed: Uint8Array, options: CallOptions = {}): Promise<Stored> {
    return json(
      StoredSchema,
      await this.#call('putObject', { params: { objectId: object }, octets: sealed, ...options }),
    )
  }

  async listObjects(
    range: { readonly stream: StreamId; readonly lo: number; readonly hi: number },
    cursor: string | null,
    options: CallOptions & { readonly limit?: number } = {},
  ): Promise<ObjectPage> {
    const { limit, ...rest } = options
    const query = { ...range, cursor: cursor ?? undefined, limit }
    return json(ObjectPageSchema, await this.#call('listObjects', { query, ...rest }))
  }

  /**
   * Where leaves lo…hi of a stream are recorded, in runs whose neighbours lie fewer than `gap` slots apart (2…`LIMITS.runGapMax`), and
   * the gap objects among them. A page: go on from `next`.
   */
  async listRuns(
    range: { readonly stream: StreamId; readonly lo: number; readonly hi: number; readonly gap: number },
    options: CallOptions = {},
  ): Promise<RunPage> {
    return json(RunPageSchema, await this.#call('listRuns', { query: range, ...options }))
  }

  /** What the vault holds of an hour that this device recorded, stream by stream; it keeps that list for the manifest. */
  async draftManifest(hour: number): Promise<readonly { readonly stream: StreamId; readonly list: Uint8Array }[]> {
    const parts = cbor(await this.#call('draftManifest', { query: { hour } }))
    if (!Array.isArray(parts)) throw badAnswer('manifest')
    return parts.map((part: CborValue) => {
      const [stream, list] = Array.isArray(part) ? part : []
      if (typeof stream !== 'string' || !(list instanceof Uint8Array)) throw badAnswer('manifest')
      return { stream: readStream(stream), list }
    })
  }

  /** What a manifest stands for. Not verified: `manifests` does that. `list` is null when all of it has ended. */
  async getManifest(
    asked: { readonly hour: number; readonly recorder: DeviceId; readonly stream: StreamId },
    options: CallOptions = {},
  ): Promise<{ readonly summaries: Uint8Array; readonly list: Uint8Array | null }> {
    const parts = cbor(await this.#call('getManifest', { query: asked, ...options }))
    const [summaries, list] = Array.isArray(parts) ? parts : []
    if (!(summaries instanceof Uint8Array) || !(list === null || list instanceof Uint8Array))
      throw badAnswer('manifest')
    return { summaries, list }
  }

  async requestAccess(request: AccessRequest, options: CallOptions = {}): Promise<AccessGrant> {
    return json(AccessSchema, await this.#call('requestAccess', { json: request, ...options }))
  }

  /** `range`: bytes [from, to) only. */
  async getObject(
    object: ObjectId,
    token: string,
    { range, ...options }: CallOptions & { readonly range?: { readonly from: number; readonly to: number } } = {},
  ): Promise<Uint8Array> {
    const headers = { 'x-access-token': token, ...(range && { range: `bytes=${range.from}-${range.to - 1}` }) }
    return (await this.#call('getObject', { params: { objectId: object }, headers, ...options })).body
  }

  /** @param session of a passkey that was just used by this device */
  async requestJoin(request: PendingRequest, session?: string): Promise<Pending> {
    const more = session === undefined ? {} : { headers: { 'x-session': session } }
    return json(PendingSchema, await this.#call('requestJoin', { json: request, ...more }))
  }

  async listPending(options: CallOptions = {}): Promise<readonly Pending[]> {
    return json(PendingListSchema, await this.#call('listPending', options)).pending
  }

  async getPending(device: DeviceId, options: CallOptions = {}): Promise<Pending> {
    return json(PendingSchema, await this.#call('getPending', { params: { device }, ...options }))
  }

  async challengePending(device: DeviceId, challenge: Challenge): Promise<Pending> {
    return json(PendingSchema, await this.#call('challengePending', { params: { device }, json: challenge }))
  }

  async revealPending(device: DeviceId, nonce: Uint8Array): Promise<Pending> {
    const body = { nonce: toBase64(nonce) }
    return json(PendingSchema, await this.#call('revealPending', { params: { device }, json: body }))
  }

  async confirmPending(device: DeviceId, confirm: Confirm): Promise<Pending> {
    return json(PendingSchema, await this.#call('confirmPending', { params: { device }, json: confirm }))
  }

  async cancelPending(device: DeviceId, options: CallOptions = {}): Promise<void> {
    await this.#call('cancelPending', { params: { device }, ...options })
  }

  /** Options for `navigator.credentials.create`. */
  async passkeyOptions(facts: PasskeyFacts): Promise<object> {
    return json(WebAuthnOptionsSchema, await this.#call('passkeyOptions', { json: facts }))
  }

  async registerPasskey(passkey: PasskeyRegistration): Promise<PasskeyRow> {
    return json(PasskeyRowSchema, await this.#call('registerPasskey', { json: passkey }))
  }

  async listPasskeys(): Promise<readonly PasskeyRow[]> {
    return json(PasskeyListSchema, await this.#call('listPasskeys', {})).passkeys
  }

  async removePasskey(credential: string): Promise<void> {
    await this.#call('removePasskey', { params: { credential } })
  }

  async putPacket(packet: PacketId, bytes: Uint8Array): Promise<void> {
    await this.#call('putPacket', { params: { packetId: packet }, octets: bytes })
  }

  async listPackets(): Promise<readonly PacketRow[]> {
    return json(PacketListSchema, await this.#call('listPackets', {})).packets
  }

  async getPacket(packet: PacketId): Promise<Uint8Array> {
    return (await this.#call('getPacket', { params: { packetId: packet } })).body
  }

  async deletePacket(packet: PacketId): Promise<void> {
    await this.#call('deletePacket', { params: { packetId: packet } })
  }

  async requestRelease(packet: PacketId, ephemeralKey: Uint8Array): Promise<void> {
    const body = { ephemeralKey: toBase64(ephemeralKey) }
    await this.#call('requestRelease', { params: { packetId: packet }, json: body })
  }

  async listReleases(): Promise<readonly ReleaseRow[]> {
    return json(ReleaseListSchema, await this.#call('listReleases', {})).releases
  }

  async putRelease(packet: PacketId, sealed: Uint8Array): Promise<void> {
    await this.#call('putRelease', { params: { packetId: packet }, json: { sealed: toBase64(sealed) } })
  }

  /** Once: the vault forgets it. Not retried after it may have arrived. */
  async takeRelease(packet: PacketId): Promise<Uint8Array> {
    const response = await this.#call('takeRelease', { params: { packetId: packet } })
    return fromBase64(json(ReleaseShareSchema, response).sealed)
  }

  async usage(): Promise<Usage> {
    return json(UsageSchema, await this.#call('usage', {}))
  }

  #call(name: RouteName, options: Call): Promise<HttpResponse> {
    const params = { household: this.household, ...options.params }
    return call(this.#caller, name, { ...options, params })
  }
}

const badAnswer = (what: string): VaultError => new VaultError('bad_answer', `${WAY_ERRORS.bad_answer} (${what})`)

function readStream(text: string): StreamId {
  try {
    return parseStreamId(text)
  } catch {
    throw badAnswer('stream')
  }
}

function json<T extends TSchema>(schema: T, response: HttpResponse): Static<T> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(response.body))
  } catch {
    throw badAnswer('not JSON')
  }
  if (!Value.Check(schema, value)) throw badAnswer('shape')
  return value
}

function cbor(response: HttpResponse): CborValue {
  try {
    return decode(response.body, PAGE_MAX_BYTES)
  } catch {
    throw badAnswer('not CBOR')
  }
}

const proof = (response: HttpResponse): readonly Uint8Array[] => json(ProofSchema, response).proof.map(fromBase64)
