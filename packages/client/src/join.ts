import type { Prekey } from '@hausrecht/chain/types'
import { equal } from '@hausrecht/crypto/bytes'
import { deviceIdOf } from '@hausrecht/crypto/ids'
import type { SigningKey } from '@hausrecht/crypto/signature'
import { systemClock } from './clock.ts'
import { type OpenDevice, openDevice, type Surroundings, sync } from './device.ts'
import { ClientError } from './errors.ts'
import { checkName, createDeviceKey, eraseDeviceKey, type HomeFacts, openDeviceKey, saveFacts } from './home.ts'
import { pause } from './http-call.ts'
import type { Invite } from './invite.ts'
import { Attempt, type JoinSteps } from './join-attempt.ts'
import { makePrekeys, PREKEYS_KEPT } from './prekeys.ts'
import type { Transcript } from './sas.ts'
import type { Store } from './store.ts'
import { VaultClient } from './vault-client.ts'
import { VaultError } from './vault-error.ts'

export type { JoinSteps } from './join-attempt.ts'

export type Asking = {
  readonly invite: Invite
  /** What this device is to be called. */
  readonly name: string
  /** A browser: it gets its keys over a channel at each start, so it publishes no one-time keys for packets. */
  readonly browser?: boolean
  /** Of a sign-in with the same store (`passkeys.ts`): a place in the queue that strangers cannot take. */
  readonly session?: string
}

/**
 * Asks a household to take this device in, and waits for its people. Until the end this device has no key and no ciphertext. At
 * the end the chain is followed from its genesis and must say: exactly this key with these one-time keys, approved by exactly the
 * device the digits were compared with. Keys of recordings come afterwards (`Courier`).
 * @throws ClientError join_cancelled | join_expired | join_broken | join_substituted; VaultError
 */
export function joinHousehold(
  store: Store,
  asking: Asking,
  around: Surroundings,
  steps: JoinSteps,
): Promise<OpenDevice> {
  return askToJoin(store, asking, around, steps, {})
}

/** What a claim link adds to joining. */
export type Claiming = {
  readonly code?: Uint8Array
  /** After the digits are shown, before the approval. */
  readonly agree?: (vault: VaultClient, transcript: Transcript, attempt: Attempt) => Promise<void>
}

/** Joining as `joinHousehold` and `claimHousehold` do it. */
export async function askToJoin(
  store: Store,
  { invite, name, browser = false, session }: Asking,
  around: Surroundings,
  steps: JoinSteps,
  { code, agree }: Claiming,
): Promise<OpenDevice> {
  checkName(name)
  const clock = around.clock ?? systemClock
  // A session is good for the key that signed in.
  const key = session === undefined ? await createDeviceKey(store) : await openDeviceKey(store)
  if (key === null) throw new ClientError('home_missing')
  const prekeys = browser ? [] : await makePrekeys(store, PREKEYS_KEPT)
  const { household, vault: url, witnesses, quorum } = invite
  const vault = new VaultClient({ url, household, key, transport: around.transport, clock })
  const attempt = new Attempt({
    ...{ vault, key, prekeys, clock, steps },
    ...(code && { code }),
    ...(session !== undefined && { session }),
  })
  try {
    const transcript = await attempt.compare()
    await agree?.(vault, transcript, attempt)
    await attempt.approved()
    const facts: HomeFacts = { household, vault: url, witnesses, quorum, name }
    const device = await openDevice({ store, id: deviceIdOf(key.publicKey), key, facts }, around)
    await firstSync(device, steps.signal)
    checkApproval(device, transcript, prekeys)
    await saveFacts(store, key, facts)
    return device
  } catch (error) {
    await withdraw(vault, key, store)
    throw error
  }
}

/** How long the witnesses of the household may take to cosign the entry that lets us in, ms. */
export const WITNESS_PATIENCE_MS = 20_000
const AGAIN_MS = 300

/** We may be faster than the witnesses: the log says that we belong before they have signed that it does. */
async function firstSync(device: OpenDevice, signal?: AbortSignal): Promise<void> {
  const end = device.clock.now() + WITNESS_PATIENCE_MS
  for (;;) {
    try {
      await sync(device)
      return
    } catch (error) {
      const early = error instanceof ClientError && error.code === 'not_cosigned' && device.clock.now() < end
      if (!early) throw error
      await pause(AGAIN_MS, signal)
    }
  }
}

/** Takes the request back and forgets what was learned. The vault forgets by itself if it cannot be reached. */
async function withdraw(vault: VaultClient, key: SigningKey, store: Store): Promise<void> {
  await eraseDeviceKey(store)
  for (const part of ['chain/', 'keys/', 'prekeys/']) for (const name of await store.list(part)) await store.erase(name)
  await vault.cancelPending(deviceIdOf(key.publicKey)).catch((error: unknown) => {
    if (!(error instanceof VaultError)) throw error
  })
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
