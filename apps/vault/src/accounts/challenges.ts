import { LIMITS } from '@hausrecht/contract/limits'
import type { DeviceId } from '@hausrecht/crypto/ids'
import type { Clock } from '../config.ts'
import type { Database } from '../db/connect.ts'
import { VaultRefusal } from '../errors.ts'
import type { AppOrigin } from './origins.ts'

export type Purpose = 'register' | 'sign-in'

/** A question that was put to an authenticator. */
export type Question = AppOrigin & { readonly challenge: string; readonly about: string }

/** Challenges: good once, for five minutes, for the device that asked, at the origin where it asked. */
export class Challenges {
  readonly #db: Database
  readonly #clock: Clock

  constructor(options: { db: Database; clock: Clock }) {
    this.#db = options.db
    this.#clock = options.clock
  }

  /** A device has one question of each kind open: a new one takes the place of the last. @throws VaultRefusal too_many */
  async put(device: DeviceId, purpose: Purpose, { challenge, origin, rpId, about }: Question): Promise<void> {
    const now = this.#clock.now()
    await this.#db.deleteFrom('passkey_challenge').where('expires_at', '<=', now).execute()
    const { n } = await this.#db
      .selectFrom('passkey_challenge')
      .select(db => db.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    if (Number(n) >= LIMITS.challenges) throw new VaultRefusal('too_many', { retryAfter: 60 })
    const values = { challenge, origin, rp_id: rpId, about, expires_at: now + LIMITS.challengeSeconds * 1000 }
    await this.#db
      .insertInto('passkey_challenge')
      .values({ device, purpose, ...values })
      .onConflict(conflict => conflict.columns(['device', 'purpose']).doUpdateSet(values))
      .execute()
  }

  /** Takes it: whatever comes of it, it is used. @throws VaultRefusal passkey_invalid */
  async take(device: DeviceId, purpose: Purpose): Promise<Question> {
    const row = await this.#db
      .deleteFrom('passkey_challenge')
      .where('device', '=', device)
      .where('purpose', '=', purpose)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined || row.expires_at <= this.#clock.now()) throw new VaultRefusal('passkey_invalid')
    return { challenge: row.challenge, origin: row.origin, rpId: row.rp_id, about: row.about }
  }
}
