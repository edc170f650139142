import { decodeEntry } from '@hausrecht/chain/entry'
import { ChainError } from '@hausrecht/chain/errors'
import { activeDevice } from '@hausrecht/chain/rights'
import type { Role } from '@hausrecht/chain/types'
import type { Auth } from '@hausrecht/contract/routes'
import { fromBase64 } from '@hausrecht/crypto/bytes'
import { CryptoError } from '@hausrecht/crypto/errors'
import { type HouseholdId, parseHouseholdId } from '@hausrecht/crypto/ids'
import type { FastifyRequest } from 'fastify'
import { VaultRefusal } from '../errors.ts'
import type { Households } from '../households/households.ts'
import type { JoinerCall, MemberCall } from './context.ts'

const ROLES: { readonly [A in Auth]?: readonly Role[] } = {
  admin: ['admin'],
  recorder: ['recorder'],
  reader: ['admin', 'vault', 'session'],
}

/** Whether keys that no household knows may call. */
export const isOpen = (auth: Auth): boolean => auth === 'founder' || auth === 'joiner' || auth === 'any_device'

export const paramsOf = (request: FastifyRequest): Readonly<Record<string, string>> =>
  (request.params ?? {}) as Record<string, string>

function householdOf(request: FastifyRequest): HouseholdId {
  try {
    return parseHouseholdId(paramsOf(request).household ?? '')
  } catch {
    throw new VaultRefusal('bad_id')
  }
}

/** The public key that must have signed; null for a founder, whose key is in the body. */
export async function keyOf(auth: Auth, request: FastifyRequest, households: Households): Promise<Uint8Array | null> {
  const { claim } = request
  if (!claim) throw new VaultRefusal('signature_missing')
  if (auth === 'founder') return null
  // Not about a household: any key that signs for itself. It says its key in a header.
  if (auth === 'any_device') return keyHeader(request)
  const state = await households.state(householdOf(request))
  const device = state.devices.get(claim.device)
  if (device) return device.publicKey
  if (auth === 'joiner') return keyHeader(request)
  throw new VaultRefusal('unknown_device')
}

function keyHeader(request: FastifyRequest): Uint8Array {
  const value = request.headers['x-device-key']
  try {
    const key = fromBase64(typeof value === 'string' ? value : '')
    if (key.length === 32) return key
  } catch {
    // refused below, like every other malformed key
  }
  throw new VaultRefusal('signature_invalid', { detail: 'x-device-key must hold the public key in base64.' })
}

/** @throws VaultRefusal bad_entry */
export function founderKey(body: Uint8Array): Uint8Array {
  try {
    const { statement } = decodeEntry(body)
    if (statement.type === 'genesis') return statement.publicKey
  } catch (error) {
    if (!(error instanceof ChainError) && !(error instanceof CryptoError)) throw error
  }
  throw new VaultRefusal('bad_entry', { detail: 'The body is not a genesis.' })
}

/** Who calls a member's route. @throws VaultRefusal removed_device | unknown_device | not_allowed */
export async function memberOf(
  auth: Auth,
  request: FastifyRequest,
  households: Households,
): Promise<Pick<MemberCall, 'household' | 'state' | 'device'>> {
  const { household, state, caller } = await joinerOf(request, households)
  const device = activeDevice(state, caller)
  if (!device) throw new VaultRefusal(state.devices.has(caller) ? 'removed_device' : 'unknown_device')
  const wanted = ROLES[auth]
  if (wanted && !device.roles.some(role => wanted.includes(role))) throw new VaultRefusal('not_allowed')
  return { household, state, device }
}

/** Who calls a route that is open to devices that ask to join. */
export async function joinerOf(
  request: FastifyRequest,
  households: Households,
): Promise<Pick<JoinerCall, 'household' | 'state' | 'caller' | 'isAdmin'>> {
  const caller = request.claim?.device
  if (!caller) throw new VaultRefusal('signature_missing')
  const household = householdOf(request)
  const state = await households.state(household)
  return { household, state, caller, isAdmin: activeDevice(state, caller)?.roles.includes('admin') ?? false }
}
