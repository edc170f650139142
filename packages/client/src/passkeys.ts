import { handleText } from '@hausrecht/contract/passkeys'
import {
  PasskeyAssertionSchema,
  type PasskeyFacts,
  PasskeyRegistrationSchema,
  SignedInSchema,
  WebAuthnOptionsSchema,
} from '@hausrecht/contract/schemas'
import { concat, equal, fromBase64, toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { type DeviceId, type HouseholdId, idBytes, parseDeviceId, parseHouseholdId } from '@hausrecht/crypto/ids'
import type { Static, TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { systemClock } from './clock.ts'
import type { OpenDevice, Surroundings } from './device.ts'
import { ClientError } from './errors.ts'
import { checkName, createDeviceKey, openDeviceKey, openHome } from './home.ts'
import { type Call, call } from './http-call.ts'
import type { Invite } from './invite.ts'
import { openText, sealPayload } from './payload.ts'
import type { Store } from './store.ts'
import { VaultError, WAY_ERRORS } from './vault-error.ts'

/**
 * Passkeys, as far as they are not the browser's affair: options and answers are WebAuthn's JSON (`parseCreationOptionsFromJSON`,
 * `parseRequestOptionsFromJSON`, `toJSON`). A passkey opens nothing; it lets a new browser ask. docs/formats/join.md §Passkeys
 */

/** A passkey of the household. */
export type Passkey = {
  readonly id: string
  /** Null while this device has no key for it, or when the vault gave another's. */
  readonly name: string | null
  /** Where it was registered. */
  readonly device: DeviceId
  readonly createdAt: number
  readonly lastUsedAt: number | null
}

/** What a sign-in brings: enough to ask to join (`joinHousehold` with the same store), for ten minutes. */
export type SignedIn = { readonly invite: Invite; readonly session: string; readonly expiresAt: number }

/**
 * Options for making a passkey. The vault makes them without a name: what the authenticator shows is put in here.
 * @param label what authenticators show beside the app's name, as the household's name
 * @throws ClientError bad_passkey when they are not for this household and its witnesses
 */
export async function passkeyOptions(device: OpenDevice, label: string): Promise<object> {
  const { witnesses, quorum } = (await openHome(device.store)).facts
  const facts: PasskeyFacts = { witnesses: [...witnesses], quorum }
  const options: object = await device.vault.passkeyOptions(facts)
  const user = 'user' in options && typeof options.user === 'object' && options.user !== null ? options.user : {}
  const id = 'id' in user && typeof user.id === 'string' ? user.id : ''
  if (!sameHandle(id, device.household, facts)) throw new ClientError('bad_passkey', 'options')
  return { ...options, user: { ...user, name: label, displayName: label } }
}

/**
 * Hands the vault the public half. The name is sealed together with the passkey's id, so that the vault can neither read nor swap it.
 * @throws ClientError bad_argument for what no browser answers; VaultError passkey_invalid | too_many
 */
export async function registerPasskey(device: OpenDevice, name: string, response: unknown): Promise<void> {
  const answer = checked(PasskeyRegistrationSchema.properties.response, response)
  const { bytes } = await sealPayload(device, { name: checkName(name), passkey: answer.id })
  await device.vault.registerPasskey({ name: toBase64(bytes), response: answer })
}

export async function listPasskeys(device: OpenDevice): Promise<readonly Passkey[]> {
  const rows = await device.vault.listPasskeys()
  return Promise.all(
    rows.map(async ({ id, device: by, name, createdAt, lastUsedAt }) => ({
      ...{ id, device: parseDeviceId(by), createdAt, lastUsedAt },
      name: await readName(device, id, name),
    })),
  )
}

async function readName(device: OpenDevice, id: string, sealed: string): Promise<string | null> {
  try {
    const { name, passkey } = await openText(device, fromBase64(sealed))
    return passkey === id && name !== undefined ? name : null
  } catch (error) {
    if (error instanceof ClientError) return null
    throw error
  }
}

export const removePasskey = (device: OpenDevice, id: string): Promise<void> => device.vault.removePasskey(id)

/** Options for showing a passkey, asked for by the key under which this store will join. */
export async function signInOptions(store: Store, vault: string, around: Surroundings): Promise<object> {
  await ((await openDeviceKey(store)) ?? createDeviceKey(store))
  return knock(store, vault, around, 'signInOptions', {}, WebAuthnOptionsSchema)
}

/**
 * Shows a passkey.
 * @returns null when no household of this vault knows it
 * @throws ClientError bad_passkey when the vault names another household or other witnesses than the passkey does; bad_argument for
 *   what no browser answers; VaultError passkey_invalid | too_many
 */
export async function signIn(
  store: Store,
  vault: string,
  response: unknown,
  around: Surroundings,
): Promise<SignedIn | null> {
  const answer = checked(PasskeyAssertionSchema, response)
  let said: Static<typeof SignedInSchema>
  try {
    said = await knock(store, vault, around, 'signIn', { json: { response: answer } }, SignedInSchema)
  } catch (error) {
    if (error instanceof VaultError && error.code === 'passkey_unknown') return null
    throw error
  }
  const { witnesses, quorum, session, expires } = said
  const household = parseHouseholdId(said.household)
  // The handle comes from the authenticator, which got it when the passkey was made: the vault cannot leave out a witness.
  if (!sameHandle(answer.response.userHandle ?? '', household, { witnesses, quorum }))
    throw new ClientError('bad_passkey', 'sign-in')
  return { invite: { household, vault, witnesses, quorum }, session, expiresAt: expires }
}

/** The user handle of a household's passkeys: its id ‖ SHA-256 of the witnesses that whoever comes by it demands. */
export const passkeyHandle = (household: HouseholdId, facts: PasskeyFacts): Uint8Array =>
  concat(idBytes(household), sha256(utf8(handleText(facts))))

function sameHandle(base64url: string, household: HouseholdId, facts: PasskeyFacts): boolean {
  const base64 = base64url.replaceAll('-', '+').replaceAll('_', '/')
  try {
    return equal(fromBase64(base64 + '='.repeat((4 - (base64.length % 4)) % 4)), passkeyHandle(household, facts))
  } catch {
    return false
  }
}

async function knock<T extends TSchema>(
  store: Store,
  url: string,
  { transport, clock = systemClock }: Surroundings,
  name: 'signInOptions' | 'signIn',
  options: Call,
  schema: T,
): Promise<Static<T>> {
  const key = await openDeviceKey(store)
  if (key === null) throw new ClientError('home_missing')
  const { body } = await call({ url, key, transport, clock }, name, options)
  const value: unknown = JSON.parse(new TextDecoder().decode(body))
  if (!Value.Check(schema, value)) throw new VaultError('bad_answer', `${WAY_ERRORS.bad_answer} (shape)`)
  return value
}

function checked<T extends TSchema>(schema: T, value: unknown): Static<T> {
  if (!Value.Check(schema, value)) throw new ClientError('bad_argument', 'passkey')
  return value
}
