import { fromBase32, toBase32, utf8 } from '@hausrecht/crypto/bytes'
import { type DeviceId, parseDeviceId } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import { CLAIM_CODE_BYTES } from './claim-link.ts'
import type { Store } from './store.ts'

/** The code of the link that the hub waits for, in its store: there is at most one, and it is good once. */
export type ClaimCode = {
  readonly code: Uint8Array
  /** Proofs that were not made with it. */
  readonly wrong: number
  /** The device that is being let in by it: written before its entry is, so that a crash in between lets in no second one. */
  readonly admitting: DeviceId | null
  /** ms; null while the household has had no browser. */
  readonly expiresAt: number | null
}

const FILE = 'claim'
const LOCK = 'claim'
/** So many wrong proofs, and the code is dead. */
export const CLAIM_WRONG_MAX = 5
/** A link that was asked for is good for so long, ms. */
export const CLAIM_EXPIRES_MS = 24 * 3600_000

/** True while a browser may come by this code. */
export const isOpen = ({ wrong, expiresAt }: ClaimCode, now: number): boolean =>
  wrong < CLAIM_WRONG_MAX && (expiresAt === null || now < expiresAt)

/** A new code in place of whatever there was. */
export async function openClaim(store: Store, expiresAt: number | null): Promise<ClaimCode> {
  const claim = { code: randomBytes(CLAIM_CODE_BYTES), wrong: 0, admitting: null, expiresAt }
  await store.exclusive(LOCK, () => write(store, claim))
  return claim
}

/** Null when there is none, or none that can be read. */
export async function readClaim(store: Store): Promise<ClaimCode | null> {
  const bytes = await store.read(FILE)
  if (bytes === null) return null
  try {
    const fields = new Map<string, unknown>(Object.entries(JSON.parse(new TextDecoder().decode(bytes)) ?? {}))
    const [code, wrong, admitting, expiresAt] = ['code', 'wrong', 'admitting', 'expiresAt'].map(name =>
      fields.get(name),
    )
    if (typeof code !== 'string' || typeof wrong !== 'number') return null
    const read = fromBase32(code)
    return {
      code: read,
      wrong,
      admitting: typeof admitting === 'string' ? parseDeviceId(admitting) : null,
      expiresAt: typeof expiresAt === 'number' ? expiresAt : null,
    }
  } catch {
    return null
  }
}

/** Changes the code's record if it is still the one in the store. */
export async function changeClaim(store: Store, claim: ClaimCode, change: Partial<ClaimCode>): Promise<void> {
  await store.exclusive(LOCK, async () => {
    const kept = await readClaim(store)
    if (kept !== null && toBase32(kept.code) === toBase32(claim.code)) await write(store, { ...kept, ...change })
  })
}

/** The code was used: nothing opens by it any more. */
export async function closeClaim(store: Store, claim: ClaimCode): Promise<void> {
  await store.exclusive(LOCK, async () => {
    const kept = await readClaim(store)
    if (kept !== null && toBase32(kept.code) === toBase32(claim.code)) await store.erase(FILE)
  })
}

function write(store: Store, { code, ...rest }: ClaimCode): Promise<void> {
  return store.writeSecret(FILE, utf8(`${JSON.stringify({ code: toBase32(code), ...rest })}\n`))
}
