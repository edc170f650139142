import { LIMITS } from '@hausrecht/contract/limits'
import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import type { DeviceId, HouseholdId } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import type { Clock } from '../config.ts'
import type { Database } from '../db/connect.ts'
import { VaultRefusal } from '../errors.ts'

const TOKEN_BYTES = 32
const toBase64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

/**
 * What a sign-in is worth: for ten minutes the device that signed in may ask to join that household in a place of its own. Opaque
 * tokens, of which only hashes are kept; another device's key makes nothing of one.
 */
export class Sessions {
  readonly #db: Database
  readonly #clock: Clock

  constructor(options: { db: Database; clock: Clock }) {
    this.#db = options.db
    this.#clock = options.clock
  }

  async open(device: DeviceId, household: string, credential: string): Promise<{ session: string; expires: number }> {
    const session = toBase64Url(randomBytes(TOKEN_BYTES))
    const now = this.#clock.now()
    const expires = now + LIMITS.sessionSeconds * 1000
    await this.#db.deleteFrom('session').where('expires_at', '<=', now).execute()
    await this.#db
      .insertInto('session')
      .values({ hash: sha256(utf8(session)), household, device, credential, expires_at: expires })
      .execute()
    return { session, expires }
  }

  /** @throws VaultRefusal session_invalid */
  async check(session: string, device: DeviceId, household: HouseholdId): Promise<void> {
    const found = await this.#db
      .selectFrom('session')
      .select('expires_at')
      .where('hash', '=', sha256(utf8(session)))
      .where('device', '=', device)
      .where('household', '=', household)
      .executeTakeFirst()
    if (found === undefined || found.expires_at <= this.#clock.now()) throw new VaultRefusal('session_invalid')
  }
}
