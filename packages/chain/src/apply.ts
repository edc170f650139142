import { equal } from '@hausrecht/crypto/bytes'
import { deviceIdOf, householdIdOf } from '@hausrecht/crypto/ids'
import { isAcceptableKey } from '@hausrecht/crypto/signature'
import { type Applied, no, type Rule, withDevice, yes } from './applied.ts'
import { deleteComplete, deleteOrder, eraseReceipt, leaseCut, retention } from './deletion-rules.ts'
import { type Entry, isCommutative, NO_PREVIOUS, type VerifiedEntry, verifyEntryBy } from './entry.ts'
import { ChainError } from './errors.ts'
import { IdLog } from './id-log.ts'
import { manifest } from './manifest-rule.ts'
import { activeDevice, hasRole } from './rights.ts'
import type { Device, HouseholdState, Stream } from './state.ts'
import { type Genesis, LEASE_MINUTES, LIMITS, type Statement, type StatementType } from './types.ts'

export type { Applied } from './applied.ts'

/** Finds the author's key and checks the signature. @throws ChainError unknown_actor | bad_signature */
export function verifyEntry(state: HouseholdState | null, entry: Entry): Promise<VerifiedEntry> {
  const { statement } = entry
  const key = statement.type === 'genesis' ? statement.publicKey : state?.devices.get(entry.actor)?.publicKey
  if (!key) return Promise.reject(new ChainError('unknown_actor'))
  return verifyEntryBy(entry, key)
}

/**
 * The chain's one rule book, the same on the vault and on every device: pure, no clock, no I/O.
 * Null is the state before the genesis. docs/formats/chain.md §Rules
 */
export function applyEntry(state: HouseholdState | null, entry: VerifiedEntry): Applied {
  const { statement } = entry
  if (statement.type === 'genesis') return state ? no('genesis_again') : applyGenesis(statement, entry)
  if (!state) return no('genesis_expected')
  const author = state.devices.get(entry.actor)
  if (!author) return no('unknown_actor')
  if (author.removedAt !== null) return no('removed_actor')
  if (isCommutative(statement)) {
    if (entry.sequence !== author.written || !equal(entry.previous, author.last)) return no('author_conflict')
    const result = applyStatement(state, statement, entry, author)
    return result.ok
      ? yes(withDevice(result.state, entry.actor, { written: author.written + 1, last: entry.hash }))
      : result
  }
  if (entry.sequence !== state.length || !equal(entry.previous, state.head)) return no('chain_conflict')
  const result = applyStatement(state, statement, entry, author)
  return result.ok ? yes({ ...result.state, length: state.length + 1, head: entry.hash }) : result
}

function applyGenesis(genesis: Genesis, entry: VerifiedEntry): Applied {
  const { publicKey, nonce, household } = genesis
  if (!isAcceptableKey(publicKey) || !isAcceptableKey(genesis.vaultKey)) return no('bad_key')
  const follows = householdIdOf(publicKey, nonce) === household && deviceIdOf(publicKey) === entry.actor
  if (!follows || entry.sequence !== 0 || !equal(entry.previous, NO_PREVIOUS)) return no('bad_genesis')
  const founder: Device = {
    id: entry.actor,
    publicKey,
    roles: ['admin', 'recorder', 'vault'],
    entitlement: { from: 0, streams: 'all' },
    prekeys: [],
    addedAt: entry.time,
    removedAt: null,
    written: 0,
    last: NO_PREVIOUS,
    manifested: -1,
    receipt: null,
    cut: null,
  }
  const log: Stream = {
    id: genesis.logStream,
    kind: 'log',
    recorder: entry.actor,
    pair: null,
    generations: [],
    addedAt: entry.time,
    stoppedAt: null,
    addedSequence: 0,
  }
  return yes({
    household,
    vaultKey: genesis.vaultKey,
    origin: genesis.origin,
    logStream: genesis.logStream,
    devices: new Map([[founder.id, founder]]),
    streams: new Map([[log.id, log]]),
    orders: [],
    orderIds: new IdLog(),
    deleted: new Map(),
    deleters: 'admins',
    lease: LEASE_MINUTES,
    retention: [],
    completed: new IdLog(),
    length: 1,
    head: entry.hash,
  })
}

const RULES: { readonly [T in Exclude<StatementType, 'genesis'>]: Rule<T> } = {
  add_device: (state, statement, entry) => {
    if (!hasRole(state, entry.actor, 'admin')) return no('not_allowed')
    if (!isAcceptableKey(statement.publicKey)) return no('bad_key')
    const id = deviceIdOf(statement.publicKey)
    // A removed device does not come back under its old key: it may have been copied.
    if (state.devices.has(id)) return no('device_exists')
    if (count(state.devices, device => device.removedAt === null) >= LIMITS.devices) return no('too_many_devices')
    const { streams } = statement.entitlement
    if (streams !== 'all' && !streams.every(stream => state.streams.has(stream))) return no('unknown_stream')
    const device: Device = {
      id,
      publicKey: statement.publicKey,
      roles: statement.roles,
      entitlement: statement.entitlement,
      prekeys: statement.prekeys,
      addedAt: entry.time,
      removedAt: null,
      written: 0,
      last: NO_PREVIOUS,
      manifested: -1,
      receipt: null,
      cut: null,
    }
    return yes({ ...state, devices: new Map(state.devices).set(id, device) })
  },
  remove_device: (state, { device }, entry) => {
    const target = activeDevice(state, device)
    if (!target) return no('unknown_device')
    // Anyone may leave; only an admin removes others.
    if (device !== entry.actor && !hasRole(state, entry.actor, 'admin')) return no('not_allowed')
    // Browsers don't count: whoever clears theirs would leave nobody behind who can let a device in.
    const admins = [...state.devices.values()].filter(
      other => other.removedAt === null && other.roles.includes('admin') && !other.roles.includes('session'),
    )
    if (admins.length === 1 && admins[0]?.id === device) return no('last_admin')
    return yes(withDevice(state, device, { removedAt: entry.time, prekeys: [] }))
  },
  prekeys: (state, { prekeys }, entry) => yes(withDevice(state, entry.actor, { prekeys })),
  add_stream: (state, statement, entry) => {
    if (!hasRole(state, entry.actor, 'admin')) return no('not_allowed')
    if (state.streams.has(statement.stream)) return no('stream_exists')
    if (count(state.streams, stream => stream.stoppedAt === null) >= LIMITS.streams) return no('too_many_streams')
    if (!hasRole(state, statement.recorder, 'recorder')) return no('unknown_device')
    if (statement.pair && !state.streams.has(statement.pair)) return no('unknown_stream')
    const stream: Stream = {
      id: statement.stream,
      kind: statement.kind,
      recorder: statement.recorder,
      pair: statement.pair,
      generations: [],
      addedAt: entry.time,
      stoppedAt: null,
      addedSequence: entry.sequence,
    }
    return yes({ ...state, streams: new Map(state.streams).set(stream.id, stream) })
  },
  stop_stream: (state, { stream }, entry) => {
    if (!hasRole(state, entry.actor, 'admin')) return no('not_allowed')
    const target = state.streams.get(stream)
    if (!target || stream === state.logStream) return no('unknown_stream')
    if (target.stoppedAt !== null) return no('stream_stopped')
    return yes(withStream(state, { ...target, stoppedAt: entry.time }))
  },
  generation: (state, { stream, generation, fromLeaf }, entry) => {
    const target = state.streams.get(stream)
    if (!target) return no('unknown_stream')
    if (target.recorder !== entry.actor || !hasRole(state, entry.actor, 'recorder')) return no('not_allowed')
    if (target.stoppedAt !== null) return no('stream_stopped')
    const last = target.generations.at(-1)
    if (generation !== target.generations.length || (last !== undefined && fromLeaf <= last))
      return no('bad_generation')
    return yes(withStream(state, { ...target, generations: target.generations.concat([fromLeaf]) }))
  },
  policy: (state, { deleters }, entry) =>
    hasRole(state, entry.actor, 'admin') ? yes({ ...state, deleters }) : no('not_allowed'),
  lease: (state, { minutes }, entry) =>
    hasRole(state, entry.actor, 'admin') ? yes({ ...state, lease: minutes }) : no('not_allowed'),
  retention,
  delete_order: deleteOrder,
  erase_receipt: eraseReceipt,
  lease_cut: leaseCut,
  delete_complete: deleteComplete,
  manifest,
}

function applyStatement(
  state: HouseholdState,
  statement: Exclude<Statement, Genesis>,
  entry: VerifiedEntry,
  author: Device,
): Applied {
  // The rule of a statement is the one of its type; TypeScript cannot follow the correlation.
  const rule = RULES[statement.type] as Rule<StatementType>
  return rule(state, statement, entry, author)
}

function count<T>(map: ReadonlyMap<unknown, T>, wanted: (value: T) => boolean): number {
  let found = 0
  for (const value of map.values()) if (wanted(value)) found++
  return found
}

const withStream = (state: HouseholdState, stream: Stream): HouseholdState => ({
  ...state,
  streams: new Map(state.streams).set(stream.id, stream),
})
