import { activeDevice } from '@hausrecht/chain/rights'
import type { HouseholdState } from '@hausrecht/chain/state'
import { LIMITS } from '@hausrecht/contract/limits'
import type { News } from '@hausrecht/contract/relay'
import type { PacketRow, ReleaseRow } from '@hausrecht/contract/schemas'
import { equal } from '@hausrecht/crypto/bytes'
import { type CborValue, decode } from '@hausrecht/crypto/cbor'
import { type DeviceId, deviceIdFrom, type HouseholdId, ID_BYTES, idBytes, parseDeviceId } from '@hausrecht/crypto/ids'
import type { Clock } from '../config.ts'
import type { Database } from '../db/connect.ts'
import { VaultRefusal } from '../errors.ts'

/** Lets a device that is there know that something lies here for it. */
type Tell = (household: HouseholdId, what: News, to: DeviceId) => void

/**
 * Mailboxes for packets and their release shares. What lies here opens with two secrets that the vault never has:
 * the recipient's one-time prekey, and a share that comes sealed to an ephemeral key.
 */
export class Packets {
  readonly #db: Database
  readonly #clock: Clock
  readonly #tell: Tell

  constructor(options: { db: Database; clock: Clock; tell: Tell }) {
    this.#db = options.db
    this.#clock = options.clock
    this.#tell = options.tell
  }

  /** @throws VaultRefusal bad_packet | unknown_device | too_many | object_differs */
  async put(state: HouseholdState, sender: DeviceId, packetId: string, bytes: Uint8Array): Promise<void> {
    const recipient = addressOf(bytes, state.household, sender)
    if (!activeDevice(state, recipient))
      throw new VaultRefusal('unknown_device', { detail: 'The recipient is not a device of the household.' })
    const { household } = state
    await this.#forget()
    const { n } = await this.#db
      .selectFrom('packet')
      .select(db => db.fn.countAll<number>().as('n'))
      .where('household', '=', household)
      .where('recipient', '=', recipient)
      .executeTakeFirstOrThrow()
    if (Number(n) >= LIMITS.packetsPerDevice) throw new VaultRefusal('too_many', { retryAfter: 60 })
    const done = await this.#db
      .insertInto('packet')
      .values({ household, packet_id: packetId, sender, recipient, data: bytes, created_at: this.#clock.now() })
      .onConflict(conflict => conflict.doNothing())
      .executeTakeFirst()
    if (done.numInsertedOrUpdatedRows === 1n) return this.#tell(household, 'packets', recipient)
    const row = await this.#find(household, packetId)
    if (!equal(new Uint8Array(row.data), bytes)) throw new VaultRefusal('object_differs')
  }

  /** Mailboxes are no archive: a packet that nobody fetched, a question and a secret that nobody took go after their time. */
  async #forget(): Promise<void> {
    const now = this.#clock.now()
    await this.#db
      .deleteFrom('packet')
      .where('created_at', '<=', now - LIMITS.packetSeconds * 1000)
      .execute()
    await this.#db.deleteFrom('release').where('expires_at', '<=', now).execute()
  }

  async list(household: HouseholdId, recipient: DeviceId): Promise<PacketRow[]> {
    const rows = await this.#db
      .selectFrom('packet')
      .select(['packet_id', 'sender', 'created_at', db => db.fn<number>('length', ['data']).as('size')])
      .where('household', '=', household)
      .where('recipient', '=', recipient)
      .where('created_at', '>', this.#clock.now() - LIMITS.packetSeconds * 1000)
      .orderBy('created_at')
      .execute()
    return rows.map(row => ({ packetId: row.packet_id, sender: row.sender, size: row.size, createdAt: row.created_at }))
  }

  /** @throws VaultRefusal not_found */
  async get(household: HouseholdId, recipient: DeviceId, packetId: string): Promise<Uint8Array> {
    const row = await this.#find(household, packetId)
    if (row.recipient !== recipient) throw new VaultRefusal('not_found')
    return new Uint8Array(row.data)
  }

  async remove(household: HouseholdId, device: DeviceId, packetId: string): Promise<void> {
    await this.#db
      .deleteFrom('packet')
      .where('household', '=', household)
      .where('packet_id', '=', packetId)
      .where(row => row.or([row('sender', '=', device), row('recipient', '=', device)]))
      .execute()
  }

  async #find(household: HouseholdId, packetId: string) {
    const row = await this.#db
      .selectFrom('packet')
      .selectAll()
      .where('household', '=', household)
      .where('packet_id', '=', packetId)
      .where('created_at', '>', this.#clock.now() - LIMITS.packetSeconds * 1000)
      .executeTakeFirst()
    if (!row) throw new VaultRefusal('not_found')
    return row
  }

  /** The recipient asks; a new question replaces an unanswered one (the old ephemeral key may be lost). */
  async requestRelease(
    household: HouseholdId,
    recipient: DeviceId,
    packetId: string,
    ephemeralKey: string,
  ): Promise<void> {
    await this.#forget()
    const packet = await this.#find(household, packetId)
    if (packet.recipient !== recipient) throw new VaultRefusal('not_found')
    const values = {
      ephemeral_key: ephemeralKey,
      sealed: null,
      expires_at: this.#clock.now() + LIMITS.releaseSeconds * 1000,
    }
    await this.#db
      .insertInto('release')
      .values({ household, packet_id: packetId, sender: packet.sender, recipient, ...values })
      .onConflict(conflict => conflict.columns(['household', 'packet_id']).doUpdateSet(values))
      .execute()
    this.#tell(household, 'releases', parseDeviceId(packet.sender))
  }

  async listReleases(household: HouseholdId, sender: DeviceId): Promise<ReleaseRow[]> {
    const rows = await this.#db
      .selectFrom('release')
      .select(['packet_id', 'recipient', 'ephemeral_key'])
      .where('household', '=', household)
      .where('sender', '=', sender)
      .where('sealed', 'is', null)
      .where('expires_at', '>', this.#clock.now())
      .limit(LIMITS.packetsPerDevice)
      .execute()
    return rows.map(row => ({ packetId: row.packet_id, recipient: row.recipient, ephemeralKey: row.ephemeral_key }))
  }

  /** @throws VaultRefusal gone */
  async putRelease(household: HouseholdId, sender: DeviceId, packetId: string, sealed: string): Promise<void> {
    const done = await this.#db
      .updateTable('release')
      .set({ sealed })
      .where('household', '=', household)
      .where('packet_id', '=', packetId)
      .where('sender', '=', sender)
      .where('sealed', 'is', null)
      .where('expires_at', '>', this.#clock.now())
      .returning('recipient')
      .executeTakeFirst()
    if (!done) throw new VaultRefusal('gone')
    this.#tell(household, 'releases', parseDeviceId(done.recipient))
  }

  /** Taken once: the row goes with the answer. @throws VaultRefusal gone (nothing there yet, or taken) */
  async takeRelease(household: HouseholdId, recipient: DeviceId, packetId: string): Promise<string> {
    const row = await this.#db
      .deleteFrom('release')
      .where('household', '=', household)
      .where('packet_id', '=', packetId)
      .where('recipient', '=', recipient)
      .where('sealed', 'is not', null)
      .where('expires_at', '>', this.#clock.now())
      .returning('sealed')
      .executeTakeFirst()
    if (!row?.sealed) throw new VaultRefusal('gone')
    return row.sealed
  }
}

/** Reads only a packet's address: the vault has no code that could open one. docs/formats/keys.md §Packets */
function addressOf(bytes: Uint8Array, household: HouseholdId, sender: DeviceId): DeviceId {
  let map: CborValue
  try {
    map = decode(bytes, LIMITS.packetBytes)
  } catch {
    throw new VaultRefusal('bad_packet')
  }
  if (!(map instanceof Map)) throw new VaultRefusal('bad_packet')
  const id = (key: number): Uint8Array => {
    const value = map.get(key)
    if (!(value instanceof Uint8Array) || value.length !== ID_BYTES) throw new VaultRefusal('bad_packet')
    return value
  }
  if (!equal(id(2), idBytes(household)) || !equal(id(3), idBytes(sender)))
    throw new VaultRefusal('bad_packet', { detail: 'The packet names another household or sender.' })
  return deviceIdFrom(id(4))
}
