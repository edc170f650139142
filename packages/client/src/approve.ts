import type { Prekey, Role } from '@hausrecht/chain/types'
import type { Pending } from '@hausrecht/contract/schemas'
import { equal, fromBase64, toBase64 } from '@hausrecht/crypto/bytes'
import { type DeviceId, deviceIdOf, parseDeviceId, type StreamId } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { leafOf } from '@hausrecht/keytree/leaf'
import { claimProof, hubProof } from './claim-proofs.ts'
import { Courier, type CourierReport } from './courier.ts'
import { type OpenDevice, self, sync } from './device.ts'
import { ClientError } from './errors.ts'
import { checkName } from './home.ts'
import { pause } from './http-call.ts'
import { JOIN_EXPIRES_MS } from './join-attempt.ts'
import { listSent } from './packet-ledger.ts'
import { challengeText, JOIN_NONCE_BYTES, joinCommitment, sasDigits, type Transcript } from './sas.ts'
import { submit } from './submit.ts'
import { VaultError } from './vault-error.ts'

const POLL_MS = 300

export type JoinRequest = {
  readonly device: DeviceId
  readonly createdAt: number
  readonly expiresAt: number
  /** Somebody is comparing digits with it now. */
  readonly busy: boolean
  /** By the vault's word, somebody showed it a passkey of the household. No reason to let it in. */
  readonly signedIn: boolean
}

/**
 * Devices that ask to join and wait for a person, oldest first, as the vault lists them: nothing of it is trusted. Those that come by a
 * claim link are the hub's affair.
 */
export async function listJoinRequests(device: OpenDevice): Promise<readonly JoinRequest[]> {
  const pending = await device.vault.listPending()
  return pending
    .filter(({ claim }) => claim === undefined)
    .map(({ device: id, createdAt, expiresAt, challenge, signedIn }) => ({
      device: parseDeviceId(id),
      createdAt,
      expiresAt,
      busy: challenge !== null,
      signedIn,
    }))
    .sort((a, b) => a.createdAt - b.createdAt)
}

export type Admission = {
  readonly name: string
  readonly roles: readonly Role[]
  /** History from this moment on, ms; 0 is everything. */
  readonly from: number
  readonly streams: 'all' | readonly StreamId[]
}

/** A comparison under way. */
export type Comparison = {
  readonly device: DeviceId
  readonly digits: string
  /** What the digits stand for. */
  readonly transcript: Transcript
  /** Only after a person has seen the same digits on the other screen. @throws ClientError join_expired; as `submit` */
  approve(admission: Admission): Promise<void>
  /** The digits differ, or nobody wants this device. */
  refuse(): Promise<void>
}

/**
 * Challenges a device that asks to join, waits for it to open its commitment, and gives the digits to compare. One at a time: with
 * two open comparisons a person could take the digits of one for the other's.
 * @param code of a claim link: the device must have proved that it knows it, and is shown that we do
 * @throws ClientError join_none | join_busy | join_broken | join_expired | join_cancelled
 */
export async function compareWith(
  device: OpenDevice,
  joiner: DeviceId,
  signal?: AbortSignal,
  code?: Uint8Array,
): Promise<Comparison> {
  await sync(device)
  self(device)
  const expires = device.clock.now() + JOIN_EXPIRES_MS
  const { vault, household } = device
  const pending = await vault.listPending()
  const asked = pending.find(other => other.device === joiner)
  if (asked === undefined) throw new ClientError('join_none')
  const undecided = pending.filter(other => !device.chain.state.devices.has(parseDeviceId(other.device)))
  if (undecided.some(other => other.challenge !== null)) throw new ClientError('join_busy')
  const publicKey = fromBase64(asked.publicKey)
  if (deviceIdOf(publicKey) !== joiner) throw new ClientError('join_broken', 'key')
  const commitment = fromBase64(asked.commitment)
  const proved =
    code === undefined || equal(claimProof(code, household, publicKey, commitment), fromBase64(asked.claim ?? ''))
  if (!proved) throw new ClientError('join_broken', 'claim')
  const approver = { publicKey: device.key.publicKey, nonce: randomBytes(JOIN_NONCE_BYTES) }
  const chainHead = device.chain.state.head
  const text = challengeText({ household, joiner: { commitment }, approver, chainHead })
  const signature = await device.key.sign(text)
  await vault.challengePending(joiner, {
    nonce: toBase64(approver.nonce),
    publicKey: toBase64(approver.publicKey),
    chainHead: toBase64(chainHead),
    signature: toBase64(signature),
    ...(code && { claim: toBase64(hubProof(code, text)) }),
  })
  try {
    const nonce = await revealed(device, joiner, expires, signal)
    // Keys and one-time keys are those of the list read before our nonce existed: later answers of the vault change nothing.
    const prekeys = prekeysOf(asked)
    if (!equal(joinCommitment(publicKey, prekeys, nonce), commitment))
      throw new ClientError('join_broken', 'commitment')
    const transcript = { household, joiner: { publicKey, nonce, commitment }, approver, chainHead }
    return {
      device: joiner,
      digits: sasDigits(transcript),
      transcript,
      approve: admission => {
        if (device.clock.now() > expires) return Promise.reject(new ClientError('join_expired'))
        return admit(device, publicKey, prekeys, admission).then(() => tidy(device, joiner))
      },
      refuse: () => vault.cancelPending(joiner),
    }
  } catch (error) {
    await tidy(device, joiner)
    throw error
  }
}

/** Takes a decided request away; the vault forgets it by itself if that fails. */
async function tidy({ vault }: OpenDevice, joiner: DeviceId): Promise<void> {
  await vault.cancelPending(joiner).catch((failed: unknown) => {
    if (!(failed instanceof VaultError)) throw failed
  })
}

async function revealed(
  device: OpenDevice,
  joiner: DeviceId,
  expires: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  for (;;) {
    try {
      const { reveal } = await device.vault.getPending(joiner)
      if (reveal !== null) return fromBase64(reveal.nonce)
    } catch (error) {
      if (error instanceof VaultError && (error.code === 'gone' || error.code === 'not_found'))
        throw new ClientError('join_cancelled')
      throw error
    }
    if (device.clock.now() > expires) throw new ClientError('join_expired')
    await pause(POLL_MS, signal)
  }
}

const prekeysOf = (pending: Pending): readonly Prekey[] =>
  pending.prekeys.map(key => ({ id: key.id, publicKey: fromBase64(key.publicKey) }))

async function admit(
  device: OpenDevice,
  publicKey: Uint8Array,
  prekeys: readonly Prekey[],
  { name, roles, from, streams }: Admission,
): Promise<void> {
  checkName(name)
  await submit(device, () => ({
    statement: { type: 'add_device', publicKey, roles, entitlement: { from: leafOf(from), streams }, prekeys },
    payload: { name },
  }))
}

/**
 * Hands a new device its keys: rounds of the courier until every packet for it was released, or `timeoutMs` is over. A hub that
 * runs does the same by itself; both may.
 * @returns true when everything was handed over
 */
export async function handOver(
  device: OpenDevice,
  recipient: DeviceId,
  options: {
    readonly timeoutMs: number
    readonly signal?: AbortSignal
    readonly onRound?: (report: CourierReport) => void
  },
): Promise<boolean> {
  const courier = new Courier(device)
  const end = device.clock.now() + options.timeoutMs
  for (;;) {
    const report = await courier.round()
    options.onRound?.(report)
    const sent = (await listSent(device)).filter(other => other.recipient === recipient)
    if (sent.length > 0 && sent.every(other => other.releasedAt !== null)) return true
    if (device.clock.now() > end) return false
    await pause(POLL_MS, options.signal)
  }
}
