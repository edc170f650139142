import { LIMITS } from '@hausrecht/contract/limits'
import { handleText, PASSKEY_USER } from '@hausrecht/contract/passkeys'
import type {
  PasskeyAssertion,
  PasskeyFacts,
  PasskeyRegistration,
  PasskeyRow,
  SignedIn,
} from '@hausrecht/contract/schemas'
import { concat, toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { sha256 } from '@hausrecht/crypto/hash'
import { type DeviceId, type HouseholdId, idBytes } from '@hausrecht/crypto/ids'
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { Clock } from '../config.ts'
import type { Database } from '../db/connect.ts'
import { VaultRefusal } from '../errors.ts'
import { Challenges } from './challenges.ts'
import type { AppOrigin } from './origins.ts'
import type { Sessions } from './sessions.ts'

/** Signatures that we ask authenticators for: EdDSA, ES256, RS256 (RFC 9053). */
const ALGORITHMS = [-8, -7, -257]

/**
 * Passkeys (WebAuthn level 3): a person who has one may ask to join the household from a new browser, without an address to type. That
 * is all: no passkey opens anything, and whoever asks is let in by a device of the household or not at all.
 */
export class Accounts {
  readonly #db: Database
  readonly #clock: Clock
  readonly #sessions: Sessions
  readonly #challenges: Challenges

  constructor(options: { db: Database; clock: Clock; sessions: Sessions }) {
    this.#db = options.db
    this.#clock = options.clock
    this.#sessions = options.sessions
    this.#challenges = new Challenges(options)
  }

  /** Options for `navigator.credentials.create`. @throws VaultRefusal too_many */
  async registrationOptions(
    household: HouseholdId,
    device: DeviceId,
    at: AppOrigin,
    facts: PasskeyFacts,
  ): Promise<object> {
    const there = await this.list(household)
    if (there.length >= LIMITS.passkeysPerHousehold)
      throw new VaultRefusal('too_many', { detail: 'The household has as many passkeys as it may.' })
    const options = await generateRegistrationOptions({
      rpName: PASSKEY_USER,
      rpID: at.rpId,
      userName: PASSKEY_USER,
      userID: new Uint8Array(handleOf(household, facts)),
      attestationType: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
      excludeCredentials: there.map(({ id, transports }) => ({ id, transports: [...transports] })),
      timeout: LIMITS.challengeSeconds * 1000,
    })
    const about = JSON.stringify({ household, witnesses: facts.witnesses, quorum: facts.quorum })
    await this.#challenges.put(device, 'register', { ...at, challenge: options.challenge, about })
    return options
  }

  /** @throws VaultRefusal passkey_invalid */
  async register(
    household: HouseholdId,
    device: DeviceId,
    { name, response }: PasskeyRegistration,
  ): Promise<PasskeyRow> {
    const { challenge, origin, rpId, about } = await this.#challenges.take(device, 'register')
    const facts = JSON.parse(about) as PasskeyFacts & { household: string }
    if (facts.household !== household) throw new VaultRefusal('passkey_invalid')
    const verified = await sound(() =>
      verifyRegistrationResponse({
        response: response as Parameters<typeof verifyRegistrationResponse>[0]['response'],
        ...{ expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpId },
        ...{ requireUserVerification: true, supportedAlgorithmIDs: ALGORITHMS },
      }),
    )
    if (!verified.verified) throw new VaultRefusal('passkey_invalid')
    const { credential } = verified.registrationInfo
    const now = this.#clock.now()
    const account = toBase64(handleOf(household, facts))
    const row = {
      credential: credential.id,
      ...{ account, household, device, name },
      public_key: new Uint8Array(credential.publicKey),
      counter: credential.counter,
      transports: JSON.stringify((response.response.transports ?? []).filter(known)),
      created_at: now,
      last_used_at: null,
    }
    await this.#db.transaction().execute(async tx => {
      const witnesses = JSON.stringify(facts.witnesses)
      await tx
        .insertInto('account')
        .values({ id: account, household, witnesses, quorum: facts.quorum, created_at: now })
        .onConflict(conflict => conflict.doNothing())
        .execute()
      const made = await tx
        .insertInto('passkey')
        .values(row)
        .onConflict(conflict => conflict.doNothing())
        .executeTakeFirst()
      // An authenticator does not give an id twice; somebody who says that it did wants to take another's place.
      if (made.numInsertedOrUpdatedRows !== 1n) throw new VaultRefusal('passkey_invalid')
    })
    return toRow(row)
  }

  async list(household: HouseholdId): Promise<readonly PasskeyRow[]> {
    const rows = await this.#db
      .selectFrom('passkey')
      .selectAll()
      .where('household', '=', household)
      .orderBy('created_at')
      .execute()
    return rows.map(toRow)
  }

  /** Sessions that came by it end too. @throws VaultRefusal not_found */
  async remove(household: HouseholdId, credential: string): Promise<void> {
    const removed = await this.#db
      .deleteFrom('passkey')
      .where('household', '=', household)
      .where('credential', '=', credential)
      .executeTakeFirst()
    if (removed.numDeletedRows !== 1n) throw new VaultRefusal('not_found')
  }

  /** Options for `navigator.credentials.get`, for any passkey of this origin. @throws VaultRefusal too_many */
  async signInOptions(device: DeviceId, at: AppOrigin): Promise<object> {
    const options = await generateAuthenticationOptions({
      rpID: at.rpId,
      userVerification: 'required',
      timeout: LIMITS.challengeSeconds * 1000,
    })
    await this.#challenges.put(device, 'sign-in', { ...at, challenge: options.challenge, about: '' })
    return options
  }

  /** @throws VaultRefusal passkey_invalid | passkey_unknown */
  async signIn(device: DeviceId, response: PasskeyAssertion): Promise<SignedIn> {
    const { challenge, origin, rpId } = await this.#challenges.take(device, 'sign-in')
    const passkey = await this.#db
      .selectFrom('passkey')
      .innerJoin('account', 'account.id', 'passkey.account')
      .select(['credential', 'public_key', 'counter', 'account', 'passkey.household', 'witnesses', 'quorum'])
      .where('credential', '=', response.id)
      .executeTakeFirst()
    if (passkey === undefined) throw new VaultRefusal('passkey_unknown')
    const { verified, authenticationInfo } = await sound(() =>
      verifyAuthenticationResponse({
        response: response as Parameters<typeof verifyAuthenticationResponse>[0]['response'],
        ...{ expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpId },
        requireUserVerification: true,
        credential: {
          id: passkey.credential,
          publicKey: new Uint8Array(passkey.public_key),
          counter: passkey.counter,
        },
      }),
    )
    const { userHandle } = response.response
    const whose = userHandle === undefined || userHandle === null || sameBytes(userHandle, passkey.account)
    if (!verified || !whose) throw new VaultRefusal('passkey_invalid')
    const used = await this.#db
      .updateTable('passkey')
      .set({ counter: authenticationInfo.newCounter, last_used_at: this.#clock.now() })
      .where('credential', '=', passkey.credential)
      // Two answers at once with one counter: one of them is a copy.
      .where('counter', '=', passkey.counter)
      .executeTakeFirst()
    if (used.numUpdatedRows !== 1n) throw new VaultRefusal('passkey_invalid')
    const { session, expires } = await this.#sessions.open(device, passkey.household, passkey.credential)
    const witnesses = JSON.parse(passkey.witnesses) as string[]
    return { household: passkey.household, witnesses, quorum: passkey.quorum, session, expires }
  }
}

const handleOf = (household: HouseholdId, facts: PasskeyFacts): Uint8Array =>
  concat(idBytes(household), sha256(utf8(handleText(facts))))

const sameBytes = (base64url: string, base64: string): boolean =>
  base64url.replaceAll('-', '+').replaceAll('_', '/') === base64.replace(/=+$/, '')

/** What browsers name today; other words are left out, as they come back to authenticators as they are. */
const TRANSPORTS = new Set(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])
const known = (transport: string): boolean => TRANSPORTS.has(transport)

/** The library throws for whatever does not fit; why is nobody's business outside. */
async function sound<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify()
  } catch {
    throw new VaultRefusal('passkey_invalid')
  }
}

function toRow(row: {
  credential: string
  device: string
  name: string
  transports: string
  created_at: number
  last_used_at: number | null
}): PasskeyRow {
  return {
    id: row.credential,
    device: row.device,
    name: row.name,
    transports: JSON.parse(row.transports) as string[],
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }
}
