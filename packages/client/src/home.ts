import { fromBase64, toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { type DeviceId, deviceIdOf, type HouseholdId, parseHouseholdId } from '@hausrecht/crypto/ids'
import { Secret } from '@hausrecht/crypto/secret'
import { generateSigningKey, type SigningKey, signingKeyFromSeed } from '@hausrecht/crypto/signature'
import { type NoteKey, parseVkey } from '@hausrecht/tlog/note'
import type { Trust } from './chain.ts'
import { ClientError } from './errors.ts'
import type { Store } from './store.ts'

/** What a device knows before it has seen any log: kept in `device.json`, nothing in it is secret. */
export type HomeFacts = {
  readonly household: HouseholdId
  /** Address of the vault. */
  readonly vault: string
  /** Verifier keys (C2SP signed-note) of the witnesses this device asks for. */
  readonly witnesses: readonly string[]
  /** How many of them must have cosigned a checkpoint. */
  readonly quorum: number
  /** What people call this device. */
  readonly name: string
}

/** A device: its key and its facts. */
export type Home = {
  readonly store: Store
  readonly id: DeviceId
  readonly key: SigningKey
  readonly facts: HomeFacts
}

const FACTS = 'device.json'
const KEY = 'device.key'
export const NAME_MAX = 64

export const homeExists = async (store: Store): Promise<boolean> => (await store.read(FACTS)) !== null

/** A new device key, durable before anything names it. */
export async function createDeviceKey(store: Store): Promise<SigningKey> {
  if (await homeExists(store)) throw new ClientError('home_exists')
  if (store.deviceKey !== undefined) return store.deviceKey.create()
  const { key, seed } = await generateSigningKey()
  await store.writeSecret(
    KEY,
    seed.use(bytes => bytes.slice()),
  )
  seed.zero()
  return key
}

/** Writes the facts: from now on this store holds a device. */
export async function saveFacts(store: Store, key: SigningKey, facts: HomeFacts): Promise<Home> {
  checkFacts(facts)
  const text = JSON.stringify({ version: 1, publicKey: toBase64(key.publicKey), ...facts }, null, 2)
  await store.write(FACTS, utf8(`${text}\n`))
  return { store, id: deviceIdOf(key.publicKey), key, facts }
}

/** @throws ClientError home_missing | home_damaged */
export async function openHome(store: Store): Promise<Home> {
  const text = await store.read(FACTS)
  const key = await openDeviceKey(store)
  if (text === null || key === null) throw new ClientError('home_missing')
  const facts = readFacts(text, key.publicKey)
  return { store, id: deviceIdOf(key.publicKey), key, facts }
}

/** The key of this store, whether or not it is of a household yet; null when there is none. @throws ClientError home_damaged */
export async function openDeviceKey(store: Store): Promise<SigningKey | null> {
  if (store.deviceKey !== undefined) return store.deviceKey.open()
  const seed = await store.read(KEY)
  if (seed === null) return null
  if (seed.length !== 32) throw new ClientError('home_damaged', KEY)
  using secret = Secret.from(seed)
  return await signingKeyFromSeed(secret)
}

/** Forgets the key: what was signed by it stays, nothing more will be. */
export async function eraseDeviceKey(store: Store): Promise<void> {
  if (store.deviceKey !== undefined) await store.deviceKey.erase()
  await store.erase(KEY)
}

export function trustOf(facts: HomeFacts): Trust {
  return { witnesses: facts.witnesses.map((vkey): NoteKey => parseVkey(vkey)), quorum: facts.quorum }
}

/** @throws ClientError bad_argument */
export function checkName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: names are shown on terminals
  if (name.trim() !== name || name === '' || name.length > NAME_MAX || /[\u0000-\u001f\u007f]/.test(name))
    throw new ClientError('bad_argument', 'name')
  return name
}

function checkFacts(facts: HomeFacts): void {
  checkName(facts.name)
  trustOf(facts)
  if (!Number.isInteger(facts.quorum) || facts.quorum < 0 || facts.quorum > facts.witnesses.length)
    throw new ClientError('bad_argument', 'quorum')
  if (facts.witnesses.length > 0 && facts.quorum < 1) throw new ClientError('bad_argument', 'quorum')
  if (!/^https?:\/\/[^/?#]+$/.test(facts.vault)) throw new ClientError('bad_argument', 'vault address')
}

function readFacts(bytes: Uint8Array, publicKey: Uint8Array): HomeFacts {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    const fields = new Map<string, unknown>(Object.entries(value ?? {}))
    const text = (name: string): string => {
      const field = fields.get(name)
      if (typeof field !== 'string') throw new ClientError('home_damaged', name)
      return field
    }
    const witnesses = fields.get('witnesses')
    const quorum = fields.get('quorum')
    if (!Array.isArray(witnesses) || typeof quorum !== 'number') throw new ClientError('home_damaged', 'witnesses')
    if (fields.get('version') !== 1 || deviceIdOf(fromBase64(text('publicKey'))) !== deviceIdOf(publicKey))
      throw new ClientError('home_damaged', 'key')
    const facts: HomeFacts = {
      household: parseHouseholdId(text('household')),
      vault: text('vault'),
      witnesses: witnesses.map(String),
      quorum,
      name: text('name'),
    }
    checkFacts(facts)
    return facts
  } catch (error) {
    throw new ClientError('home_damaged', error instanceof ClientError ? error.detail : FACTS, { cause: error })
  }
}
