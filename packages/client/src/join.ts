import type { Prekey } from '@hausrecht/chain/types'
import type { Pending } from '@hausrecht/contract/schemas'
import { equal, fromBase64, toBase64 } from '@hausrecht/crypto/bytes'
import { deviceIdOf } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { type SigningKey, verify } from '@hausrecht/crypto/signature'
import { systemClock } from './clock.ts'
import { type OpenDevice, openDevice, type Surroundings, sync } from './device.ts'
import { ClientError } from './errors.ts'
import { checkName, createDeviceKey, type HomeFacts, saveFacts } from './home.ts'
import { pause } from './http-call.ts'
import type { Invite } from './invite.ts'
import { makePrekeys, PREKEYS_KEPT } from './prekeys.ts'
import { challengeText, JOIN_NONCE_BYTES, joinCommitment, sasDigits, type Transcript } from './sas.ts'
import type { Store } from './store.ts'
import { VaultClient } from './vault-client.ts'
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

/**
 * Asks a household to take this device in, and waits for its people. Until the end this device has no key and no ciphertext. At
 * the end the chain is followed from its genesis and must say: exactly this key with these one-time keys, approved by exactly the
 * device the digits were compared with. Keys of recordings come afterwards (`Courier`).
 * @throws ClientError join_cancelled | join_expired | join_broken | join_substituted; VaultError
 */
export async function joinHousehold(
  store: Store,
  { invite, name }: { readonly invite: Invite; readonly name: string },
  around: Surroundings,
  steps: JoinSteps,
): Promise<OpenDevice> {
  checkName(name)
  const clock = around.clock ?? systemClock
  const key = await createDeviceKey(store)
  const prekeys = await makePrekeys(store, PREKEYS_KEPT)
  const { household, vault: url } = invite
  const vault = new VaultClient({ url, household, key, transport: around.transport, clock })
  const attempt = new Attempt(vault, key, prekeys, clock.now() + JOIN_EXPIRES_MS, () => clock.now(), steps)
  try {
    const transcript = await attempt.compare()
    await attempt.approved()
    const facts: HomeFacts = { ...invite, name }
    const device = await openDevice({ store, id: deviceIdOf(key.publicKey), key, facts }, around)
    await sync(device)
    checkApproval(device, transcript, prekeys)
    await saveFacts(store, key, facts)
    return device
  } catch (error) {
    await withdraw(vault, key, store)
    throw error
  }
}

/** Takes the request back and forgets what was learned. The vault forgets by itself if it cannot be reached. */
async function withdraw(vault: VaultClient, key: SigningKey, store: Store): Promise<void> {
  for (const part of ['device.key', 'chain/', 'keys/', 'prekeys/'])
    for (const name of await store.list(part)) await store.erase(name)
  await vault.cancelPending(deviceIdOf(key.publicKey)).catch((error: unknown) => {
    if (!(error instanceof VaultError)) throw error
  })
}

class Attempt {
  readonly #vault: VaultClient
  readonly #key: SigningKey
  readonly #prekeys: readonly Prekey[]
  readonly #expires: number
  readonly #now: () => number
  readonly #steps: JoinSteps

  constructor(
    vault: VaultClient,
    key: SigningKey,
    prekeys: readonly Prekey[],
    expires: number,
    now: () => number,
    steps: JoinSteps,
  ) {
    this.#vault = vault
    this.#key = key
    this.#prekeys = prekeys
    this.#expires = expires
    this.#now = now
    this.#steps = steps
  }

  /** Commit, wait for the challenge, reveal, show the digits. */
  async compare(): Promise<Transcript> {
    const { publicKey } = this.#key
    const { household } = this.#vault
    const id = deviceIdOf(publicKey)
    const nonce = randomBytes(JOIN_NONCE_BYTES)
    const commitment = joinCommitment(publicKey, this.#prekeys, nonce)
    await this.#vault.requestJoin({
      publicKey: toBase64(publicKey),
      prekeys: this.#prekeys.map(key => ({ id: key.id, publicKey: toBase64(key.publicKey) })),
      commitment: toBase64(commitment),
    })
    this.#steps.onWaiting?.(id)
    const challenge = await this.#until(async () => (await this.#pending())?.challenge ?? null)
    const transcript: Transcript = {
      household,
      joiner: { publicKey, nonce, commitment },
      approver: { publicKey: fromBase64(challenge.publicKey), nonce: fromBase64(challenge.nonce) },
      chainHead: fromBase64(challenge.chainHead),
    }
    if (!(await verify(transcript.approver.publicKey, challengeText(transcript), fromBase64(challenge.signature))))
      throw new ClientError('join_broken', 'challenge')
    await this.#vault.revealPending(id, nonce)
    this.#steps.onDigits(sasDigits(transcript))
    return transcript
  }

  /** Resolves when the vault treats this device as a member. */
  async approved(): Promise<void> {
    await this.#until(async () => {
      try {
        await this.#vault.checkpoint()
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
    try {
      return await this.#vault.getPending(deviceIdOf(this.#key.publicKey))
    } catch (error) {
      if (!(error instanceof VaultError) || (error.code !== 'gone' && error.code !== 'not_found')) throw error
    }
    try {
      await this.#vault.checkpoint()
      return null
    } catch (error) {
      if (error instanceof VaultError && error.status === 403) throw new ClientError('join_cancelled')
      throw error
    }
  }

  async #until<T>(look: () => Promise<T | null>): Promise<T> {
    for (;;) {
      const found = await look()
      if (found !== null) return found
      if (this.#now() > this.#expires) throw new ClientError('join_expired')
      await pause(POLL_MS, this.#steps.signal)
    }
  }
}

/** The digits were equal: is what the chain says the thing that was compared? */
function checkApproval(device: OpenDevice, transcript: Transcript, prekeys: readonly Prekey[]): void {
  const refuse = (detail: string): never => {
    throw new ClientError('join_substituted', detail)
  }
  const { entries } = device.chain
  const place = entries.findIndex(
    ({ entry: { statement } }) =>
      statement.type === 'add_device' && equal(statement.publicKey, transcript.joiner.publicKey),
  )
  const { statement, actor } = entries[place]?.entry ?? refuse('not in the chain')
  if (actor !== deviceIdOf(transcript.approver.publicKey)) refuse('approved by another device')
  if (!entries.slice(0, place).some(({ entry }) => equal(entry.hash, transcript.chainHead))) refuse('another chain')
  const given = statement.type === 'add_device' ? statement.prekeys : []
  const same = (a: Prekey, b: Prekey | undefined): boolean =>
    b !== undefined && a.id === b.id && equal(a.publicKey, b.publicKey)
  if (given.length !== prekeys.length || !given.every((key, i) => same(key, prekeys[i]))) refuse('other one-time keys')
}
