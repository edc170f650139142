import type { HouseholdState } from '@hausrecht/chain/state'
import { LIMITS } from '@hausrecht/contract/limits'
import type { Challenge, Confirm, Pending, PendingRequest, Reveal } from '@hausrecht/contract/schemas'
import { fromBase64 } from '@hausrecht/crypto/bytes'
import { type DeviceId, deviceIdOf, type HouseholdId } from '@hausrecht/crypto/ids'
import { isAcceptableKey } from '@hausrecht/crypto/signature'
import type { Clock } from '../config.ts'
import type { Database } from '../db/connect.ts'
import { VaultRefusal } from '../errors.ts'

/**
 * Devices that ask to join. The vault only carries messages: commitment, challenge, reveal, each once and in this order, so that
 * the six digits on both screens come from halves that neither side (nor the vault) could choose after seeing the other; and, for a
 * device with a claim link, its person's yes.
 */
export class PendingDevices {
  readonly #db: Database
  readonly #clock: Clock
  readonly #changed: (household: HouseholdId) => void

  /** `changed` is called when a device asks, goes on, or is no longer waiting. */
  constructor(options: { db: Database; clock: Clock; changed: (household: HouseholdId) => void }) {
    this.#db = options.db
    this.#clock = options.clock
    this.#changed = options.changed
  }

  /** @param signedIn it showed a passkey of the household; such devices have places of their own */
  async request(state: HouseholdState, device: DeviceId, request: PendingRequest, signedIn = false): Promise<Pending> {
    const publicKey = fromBase64(request.publicKey)
    if (!isAcceptableKey(publicKey) || deviceIdOf(publicKey) !== device) throw new VaultRefusal('signature_invalid')
    if (state.devices.has(device))
      throw new VaultRefusal('pending_state', {
        detail: 'This key has belonged to the household before: join with a new one.',
      })
    const now = this.#clock.now()
    await this.#db.transaction().execute(async tx => {
      await tx.deleteFrom('pending').where('expires_at', '<=', now).execute()
      // The row lock makes the count below true until we are done.
      await tx.selectFrom('household').select('id').where('id', '=', state.household).forUpdate().execute()
      const { n } = await tx
        .selectFrom('pending')
        .select(db => db.fn.countAll<number>().as('n'))
        .where('household', '=', state.household)
        .where('device', '!=', device)
        .where('signed_in', '=', signedIn)
        .executeTakeFirstOrThrow()
      if (Number(n) >= (signedIn ? LIMITS.pendingSignedIn : LIMITS.pendingDevices))
        throw new VaultRefusal('too_many', { detail: 'Too many devices wait for approval already.', retryAfter: 60 })
      const values = {
        household: state.household,
        device,
        request: JSON.stringify(request),
        challenge: null,
        reveal: null,
        confirm: null,
        signed_in: signedIn,
        created_at: now,
        expires_at: now + LIMITS.pendingSeconds * 1000,
      }
      await tx.deleteFrom('pending').where('household', '=', state.household).where('device', '=', device).execute()
      await tx.insertInto('pending').values(values).execute()
    })
    this.#changed(state.household)
    return this.get(state.household, device)
  }

  async list(household: HouseholdId): Promise<Pending[]> {
    const rows = await this.#db
      .selectFrom('pending')
      .selectAll()
      .where('household', '=', household)
      .where('expires_at', '>', this.#clock.now())
      .orderBy('created_at')
      .execute()
    return rows.map(toPending)
  }

  /** @throws VaultRefusal gone */
  async get(household: HouseholdId, device: string): Promise<Pending> {
    const found = (await this.list(household)).find(pending => pending.device === device)
    if (!found) throw new VaultRefusal('gone')
    return found
  }

  /** @throws VaultRefusal gone | pending_state */
  async challenge(household: HouseholdId, device: string, challenge: Challenge): Promise<Pending> {
    return this.#step(household, device, 'challenge', JSON.stringify(challenge), pending => pending.challenge === null)
  }

  /** @throws VaultRefusal gone | pending_state */
  async reveal(household: HouseholdId, device: string, reveal: Reveal): Promise<Pending> {
    return this.#step(
      household,
      device,
      'reveal',
      JSON.stringify(reveal),
      pending => pending.challenge !== null && pending.reveal === null,
    )
  }

  /** @throws VaultRefusal gone | pending_state */
  async confirm(household: HouseholdId, device: string, confirm: Confirm): Promise<Pending> {
    return this.#step(
      household,
      device,
      'confirm',
      JSON.stringify(confirm),
      pending => pending.reveal !== null && pending.confirm === undefined,
    )
  }

  async #step(
    household: HouseholdId,
    device: string,
    column: 'challenge' | 'reveal' | 'confirm',
    value: string,
    due: (pending: Pending) => boolean,
  ): Promise<Pending> {
    if (!due(await this.get(household, device))) throw new VaultRefusal('pending_state')
    const changed = await this.#db
      .updateTable('pending')
      .set({ [column]: value })
      .where('household', '=', household)
      .where('device', '=', device)
      .where(column, 'is', null)
      .executeTakeFirst()
    if (changed.numUpdatedRows !== 1n) throw new VaultRefusal('pending_state')
    this.#changed(household)
    return this.get(household, device)
  }

  async remove(household: HouseholdId, device: string): Promise<void> {
    await this.#db.deleteFrom('pending').where('household', '=', household).where('device', '=', device).execute()
    this.#changed(household)
  }
}

function toPending(row: {
  device: string
  request: string
  challenge: string | null
  reveal: string | null
  confirm: string | null
  signed_in: boolean
  created_at: number
  expires_at: number
}): Pending {
  // What is stored was checked against the schema when it came.
  const request = JSON.parse(row.request) as PendingRequest
  return {
    device: row.device,
    ...request,
    challenge: row.challenge === null ? null : (JSON.parse(row.challenge) as Challenge),
    reveal: row.reveal === null ? null : (JSON.parse(row.reveal) as Reveal),
    ...(row.confirm !== null && { confirm: JSON.parse(row.confirm) as Confirm }),
    signedIn: row.signed_in,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  }
}
