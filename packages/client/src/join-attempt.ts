import type { Prekey } from '@hausrecht/chain/types'
import type { Challenge, Pending } from '@hausrecht/contract/schemas'
import { equal, fromBase64, toBase64 } from '@hausrecht/crypto/bytes'
import { deviceIdOf } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { type SigningKey, verify } from '@hausrecht/crypto/signature'
import { claimProof, hubProof } from './claim-proofs.ts'
import type { Clock } from './clock.ts'
import { ClientError } from './errors.ts'
import { pause } from './http-call.ts'
import { challengeText, JOIN_NONCE_BYTES, joinCommitment, sasDigits, type Transcript } from './sas.ts'
import type { VaultClient } from './vault-client.ts'
import { VaultError } from './vault-error.ts'

/** A request to join is good for so long, ms; both sides hold to it whatever the vault says. */
export const JOIN_EXPIRES_MS = 10 * 60_000
const POLL_MS = 500

export type JoinSteps = {
  /** The vault has the request: somebody at another device may look for it now, by this id. */
  readonly onWaiting?: (device: string) => void
  /** Show these digits, and that nothing is to be approved unless the other screen shows the same. */
  readonly onDigits: (digits: string) => void
  /** Aborting withdraws the request. */
  readonly signal?: AbortSignal
}

export type AttemptOptions = {
  readonly vault: VaultClient
  readonly key: SigningKey
  readonly prekeys: readonly Prekey[]
  readonly clock: Clock
  readonly steps: JoinSteps
  /** The code of a claim link: proved with the request, and demanded from whoever answers it. */
  readonly code?: Uint8Array
  /** Of a passkey that was just used. */
  readonly session?: string
}

/** The joining side of one request: commit, wait for the challenge, reveal, wait for the approval. docs/formats/join.md */
export class Attempt {
  readonly #options: AttemptOptions
  readonly #expires: number

  constructor(options: AttemptOptions) {
    this.#options = options
    this.#expires = options.clock.now() + JOIN_EXPIRES_MS
  }

  /** @throws ClientError join_broken | join_cancelled | claim_refused | join_expired */
  async compare(): Promise<Transcript> {
    const { vault, key, prekeys, steps, code, session } = this.#options
    const { publicKey } = key
    const { household } = vault
    const id = deviceIdOf(publicKey)
    const nonce = randomBytes(JOIN_NONCE_BYTES)
    const commitment = joinCommitment(publicKey, prekeys, nonce)
    await vault.requestJoin(
      {
        publicKey: toBase64(publicKey),
        prekeys: prekeys.map(other => ({ id: other.id, publicKey: toBase64(other.publicKey) })),
        commitment: toBase64(commitment),
        ...(code && { claim: toBase64(claimProof(code, household, publicKey, commitment)) }),
      },
      session,
    )
    steps.onWaiting?.(id)
    const challenge = await this.#challenge()
    const transcript: Transcript = {
      household,
      joiner: { publicKey, nonce, commitment },
      approver: { publicKey: fromBase64(challenge.publicKey), nonce: fromBase64(challenge.nonce) },
      chainHead: fromBase64(challenge.chainHead),
    }
    const text = challengeText(transcript)
    if (!(await verify(transcript.approver.publicKey, text, fromBase64(challenge.signature))))
      throw new ClientError('join_broken', 'challenge')
    // Before a digit is shown: a vault in the middle does not know the code.
    if (code !== undefined && !equal(hubProof(code, text), fromBase64(challenge.claim ?? '')))
      throw new ClientError('join_broken', 'claim')
    await vault.revealPending(id, nonce)
    steps.onDigits(sasDigits(transcript))
    return transcript
  }

  async #challenge(): Promise<Challenge> {
    try {
      return await this.#until(async () => (await this.#pending())?.challenge ?? null)
    } catch (error) {
      // The hub takes requests away whose code is not the one it waits for.
      if (this.#options.code !== undefined && error instanceof ClientError && error.code === 'join_cancelled')
        throw new ClientError('claim_refused')
      throw error
    }
  }

  /** Runs `work` for as long as the request stands. @throws ClientError join_cancelled | join_expired */
  async whileStanding<T>(work: Promise<T>): Promise<T> {
    const over = new AbortController()
    const gone = this.#until(async () => {
      if (over.signal.aborted) return true
      await this.#pending()
      return null
    })
    // Its end is of interest only if it comes first.
    gone.catch(() => undefined)
    try {
      return await Promise.race([work, gone.then(() => work)])
    } finally {
      over.abort()
    }
  }

  /** Resolves when the vault treats this device as a member. */
  async approved(): Promise<void> {
    await this.#until(async () => {
      try {
        await this.#options.vault.checkpoint()
        return true
      } catch (error) {
        if (!(error instanceof VaultError && error.status === 403)) throw error
      }
      await this.#pending()
      return null
    })
  }

  /** Our own request. @throws ClientError join_cancelled when it is gone and we are no member */
  async #pending(): Promise<Pending | null> {
    const { vault, key } = this.#options
    try {
      return await vault.getPending(deviceIdOf(key.publicKey))
    } catch (error) {
      if (!(error instanceof VaultError) || (error.code !== 'gone' && error.code !== 'not_found')) throw error
    }
    try {
      await vault.checkpoint()
      return null
    } catch (error) {
      if (error instanceof VaultError && error.status === 403) throw new ClientError('join_cancelled')
      throw error
    }
  }

  async #until<T>(look: () => Promise<T | null>): Promise<T> {
    const { clock, steps } = this.#options
    for (;;) {
      const found = await look()
      if (found !== null) return found
      if (clock.now() > this.#expires) throw new ClientError('join_expired')
      await pause(POLL_MS, steps.signal)
    }
  }
}
