import { signAccess } from '@hausrecht/chain/access'
import { canRead } from '@hausrecht/chain/rights'
import type { HouseholdState } from '@hausrecht/chain/state'
import { LIMITS } from '@hausrecht/contract/limits'
import type { AccessGrant, AccessRequest } from '@hausrecht/contract/schemas'
import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { parseStreamId } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import type { SigningKey } from '@hausrecht/crypto/signature'
import type { Clock } from '../config.ts'
import type { Database } from '../db/connect.ts'
import { VaultRefusal } from '../errors.ts'
import { type Claimed, evidence } from '../http/signed.ts'
import type { Sequencer } from '../log/sequencer.ts'

/** What a token opens, for whom and until when. */
export type Token = {
  readonly household: string
  readonly device: string
  readonly stream: string
  readonly lo: number
  readonly hi: number
  readonly expires: number
}

const CACHE_MAX = 10_000

/** Log before serve: an access is in a signed checkpoint before its token exists, and nothing is served without a token. */
export class Accesses {
  readonly counters = { granted: 0 }
  readonly #db: Database
  readonly #sequencer: Sequencer
  readonly #key: SigningKey
  readonly #clock: Clock
  readonly #tokens = new Map<string, Token>()

  constructor(options: { db: Database; sequencer: Sequencer; key: SigningKey; clock: Clock }) {
    this.#db = options.db
    this.#sequencer = options.sequencer
    this.#key = options.key
    this.#clock = options.clock
  }

  /** @throws VaultRefusal not_allowed | bad_range | log_unavailable */
  async grant(state: HouseholdState, claim: Claimed, request: AccessRequest, body: Uint8Array): Promise<AccessGrant> {
    if (request.lo > request.hi) throw new VaultRefusal('bad_range')
    const stream = parseStreamId(request.stream)
    if (!canRead(state, claim.device, stream, request.lo)) throw new VaultRefusal('not_allowed')
    const token = toBase64(randomBytes(32)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
    const hash = sha256(utf8(token))
    const time = this.#clock.now()
    const expires = time + LIMITS.accessSeconds * 1000
    const access = await signAccess(
      {
        time,
        reader: claim.device,
        stream,
        lo: request.lo,
        hi: request.hi,
        purpose: request.purpose,
        tokenHash: hash,
        expires,
        request: evidence(claim, body),
      },
      this.#key,
    )
    const row = { household: state.household, device: claim.device, stream, lo: request.lo, hi: request.hi, expires }
    const logged = await this.#sequencer.append(state.household, async tx => {
      await tx.deleteFrom('access_token').where('expires', '<', time).execute()
      await tx
        .insertInto('access_token')
        .values({ ...row, hash })
        .execute()
      return { leaf: access.bytes }
    })
    this.counters.granted++
    return { token, expires, entry: toBase64(access.bytes), ...logged }
  }

  /** What a token opens now, or null. */
  async find(token: string): Promise<Token | null> {
    const hash = sha256(utf8(token))
    const name = toBase64(hash)
    let found = this.#tokens.get(name)
    if (!found) {
      const row = await this.#db.selectFrom('access_token').selectAll().where('hash', '=', hash).executeTakeFirst()
      if (!row) return null
      found = row
      if (this.#tokens.size >= CACHE_MAX) this.#tokens.clear()
      this.#tokens.set(name, found)
    }
    return found.expires > this.#clock.now() ? found : null
  }
}
