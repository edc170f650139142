import type { CborValue } from '@hausrecht/crypto/cbor'
import {
  type AnyId,
  deviceIdFrom,
  householdIdFrom,
  ID_BYTES,
  idBytes,
  orderIdFrom,
  streamIdFrom,
} from '@hausrecht/crypto/ids'
import { ChainError } from './errors.ts'
import { Fields } from './fields.ts'
import { MAX_HOUR } from './manifest.ts'
import {
  CELL_CLASSES,
  type DeleteRange,
  type Entitlement,
  GENERATION_REASONS,
  LIMITS,
  type Prekey,
  type RetentionRule,
  ROLES,
  type Role,
  STREAM_KINDS,
  type Statement,
  type StatementType,
} from './types.ts'

/** The public fields of an entry, to and from CBOR. docs/formats/chain.md §Statements */
type Codec<T extends Statement> = {
  readonly write: (statement: T) => Record<string, CborValue | undefined>
  readonly read: (fields: Fields) => T
}

const MAX_LEAF = 0xffff_ffff
const MAX_GENERATION = 0xffff_ffff

const id = (value: AnyId): Uint8Array => idBytes(value)
const writePrekeys = (prekeys: readonly Prekey[]): CborValue => prekeys.map((key): CborValue => [key.id, key.publicKey])

function readPrekey(item: CborValue): Prekey {
  const [keyId, publicKey] = Array.isArray(item) && item.length === 2 ? item : []
  if (typeof keyId !== 'number' || !Number.isSafeInteger(keyId) || keyId < 0 || keyId > MAX_LEAF)
    throw new ChainError('bad_entry', 'prekey')
  if (!(publicKey instanceof Uint8Array) || publicKey.length !== LIMITS.prekeyBytes)
    throw new ChainError('bad_entry', 'prekey')
  return { id: keyId, publicKey }
}

const readPrekeys = (fields: Fields): readonly Prekey[] => {
  const prekeys = fields.list('prekeys', LIMITS.prekeys, readPrekey)
  if (new Set(prekeys.map(key => key.id)).size !== prekeys.length) throw new ChainError('bad_entry', 'prekey twice')
  return prekeys
}

function readRole(item: CborValue): Role {
  const role = ROLES.find(name => name === item)
  if (!role) throw new ChainError('bad_entry', 'role')
  return role
}

function readEntitlement(fields: Fields): Entitlement {
  const from = fields.number('from', MAX_LEAF)
  if (!fields.has('streams')) return { from, streams: 'all' }
  const streams = fields.list('streams', LIMITS.streams, readStreamId)
  if (new Set(streams).size !== streams.length) throw new ChainError('bad_entry', 'stream twice')
  return { from, streams }
}

function readStreamId(item: CborValue) {
  if (!(item instanceof Uint8Array) || item.length !== ID_BYTES) throw new ChainError('bad_entry', 'stream')
  return streamIdFrom(item)
}

function readRange(item: CborValue): DeleteRange {
  const [stream, lo, hi] = Array.isArray(item) && item.length === 3 ? item : []
  const leaf = (value: CborValue | undefined): value is number =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= MAX_LEAF
  if (stream === undefined || !leaf(lo) || !leaf(hi) || lo > hi) throw new ChainError('bad_entry', 'range')
  return { stream: stream === null ? null : readStreamId(stream), lo, hi }
}

function readRule(item: CborValue): RetentionRule {
  const [stream, kind, days] = Array.isArray(item) && item.length === 3 ? item : []
  const known = STREAM_KINDS.find(name => name === kind) ?? null
  const isBad = stream === undefined || (kind !== null && known === null) || (stream !== null && kind !== null)
  if (isBad || typeof days !== 'number' || !Number.isSafeInteger(days) || days < 1 || days > LIMITS.retentionDays)
    throw new ChainError('bad_entry', 'rule')
  return { stream: stream === null ? null : readStreamId(stream), kind: known, days }
}

function readRules(fields: Fields): readonly RetentionRule[] {
  const rules = fields.list('rules', LIMITS.retentionRules, readRule)
  if (new Set(rules.map(({ stream, kind }) => `${stream} ${kind}`)).size !== rules.length)
    throw new ChainError('bad_entry', 'rule twice')
  return rules
}

const CODECS: { readonly [T in StatementType]: Codec<Extract<Statement, { type: T }>> } = {
  genesis: {
    write: s => ({
      household: id(s.household),
      nonce: s.nonce,
      publicKey: s.publicKey,
      vaultKey: s.vaultKey,
      origin: s.origin,
      logStream: id(s.logStream),
    }),
    read: f => ({
      type: 'genesis',
      household: householdIdFrom(f.bytes('household', ID_BYTES)),
      nonce: f.bytes('nonce', 32),
      publicKey: f.bytes('publicKey', 32),
      vaultKey: f.bytes('vaultKey', 32),
      origin: readOrigin(f),
      logStream: streamIdFrom(f.bytes('logStream', ID_BYTES)),
    }),
  },
  add_device: {
    write: s => ({
      publicKey: s.publicKey,
      roles: [...s.roles],
      from: s.entitlement.from,
      streams: s.entitlement.streams === 'all' ? undefined : s.entitlement.streams.map(id),
      prekeys: writePrekeys(s.prekeys),
    }),
    read: f => ({
      type: 'add_device',
      publicKey: f.bytes('publicKey', 32),
      roles: readRoles(f),
      entitlement: readEntitlement(f),
      prekeys: readPrekeys(f),
    }),
  },
  remove_device: {
    write: s => ({ device: id(s.device) }),
    read: f => ({ type: 'remove_device', device: deviceIdFrom(f.bytes('device', ID_BYTES)) }),
  },
  prekeys: {
    write: s => ({ prekeys: writePrekeys(s.prekeys) }),
    read: f => ({ type: 'prekeys', prekeys: readPrekeys(f) }),
  },
  add_stream: {
    write: s => ({
      stream: id(s.stream),
      kind: s.kind,
      recorder: id(s.recorder),
      pair: s.pair ? id(s.pair) : undefined,
    }),
    read: f => ({
      type: 'add_stream',
      stream: streamIdFrom(f.bytes('stream', ID_BYTES)),
      kind: f.oneOf('kind', STREAM_KINDS),
      recorder: deviceIdFrom(f.bytes('recorder', ID_BYTES)),
      pair: f.optional('pair', fields => streamIdFrom(fields.bytes('pair', ID_BYTES))),
    }),
  },
  stop_stream: {
    write: s => ({ stream: id(s.stream) }),
    read: f => ({ type: 'stop_stream', stream: streamIdFrom(f.bytes('stream', ID_BYTES)) }),
  },
  generation: {
    write: s => ({ stream: id(s.stream), generation: s.generation, fromLeaf: s.fromLeaf, reason: s.reason }),
    read: f => ({
      type: 'generation',
      stream: streamIdFrom(f.bytes('stream', ID_BYTES)),
      generation: f.number('generation', MAX_GENERATION),
      fromLeaf: f.number('fromLeaf', MAX_LEAF),
      reason: f.oneOf('reason', GENERATION_REASONS),
    }),
  },
  policy: {
    write: s => ({ deleters: s.deleters }),
    read: f => ({ type: 'policy', deleters: f.oneOf('deleters', ['admins', 'any'] as const) }),
  },
  lease: {
    write: s => ({ minutes: s.minutes }),
    read: f => {
      const minutes = f.number('minutes', LIMITS.leaseMinutes)
      if (minutes === 0) throw new ChainError('bad_entry', 'minutes')
      return { type: 'lease', minutes }
    },
  },
  retention: {
    write: s => ({ rules: s.rules.map(({ stream, kind, days }): CborValue => [stream && id(stream), kind, days]) }),
    read: f => ({ type: 'retention', rules: readRules(f) }),
  },
  delete_order: {
    write: s => ({
      order: id(s.order),
      ranges: s.ranges.map((range): CborValue => [range.stream ? id(range.stream) : null, range.lo, range.hi]),
    }),
    read: f => {
      const order = orderIdFrom(f.bytes('order', ID_BYTES))
      const ranges = f.list('ranges', LIMITS.rangesPerOrder, readRange)
      if (ranges.length === 0) throw new ChainError('bad_entry', 'ranges')
      return { type: 'delete_order', order, ranges }
    },
  },
  erase_receipt: {
    write: s => ({ applied: s.applied, frontier: s.frontier, until: s.until, cell: s.cell, cover: s.cover }),
    read: f => ({
      type: 'erase_receipt',
      applied: f.number('applied'),
      frontier: f.bytes('frontier', 32),
      until: f.number('until'),
      cell: f.oneOf('cell', CELL_CLASSES),
      cover: f.bytes('cover', 32),
    }),
  },
  lease_cut: {
    write: s => ({ device: id(s.device), applied: s.applied }),
    read: f => ({
      type: 'lease_cut',
      device: deviceIdFrom(f.bytes('device', ID_BYTES)),
      applied: f.number('applied'),
    }),
  },
  delete_complete: {
    write: s => ({ order: id(s.order) }),
    read: f => ({ type: 'delete_complete', order: orderIdFrom(f.bytes('order', ID_BYTES)) }),
  },
  manifest: {
    write: s => ({ hour: s.hour, objects: s.objects, root: s.root }),
    read: f => {
      const hour = f.number('hour', MAX_HOUR)
      const objects = f.number('objects', LIMITS.manifestObjects)
      if (objects === 0) throw new ChainError('bad_entry', 'objects')
      return { type: 'manifest', hour, objects, root: f.bytes('root', 32) }
    },
  },
}

function readOrigin(fields: Fields): string {
  const origin = fields.text('origin', LIMITS.originLength)
  if (!/^[a-z0-9][a-z0-9.:/_-]*$/.test(origin)) throw new ChainError('bad_entry', 'origin')
  return origin
}

const BESIDE_SESSION: ReadonlySet<Role> = new Set(['session', 'admin'])

function readRoles(fields: Fields): readonly Role[] {
  const roles = fields.list('roles', ROLES.length, readRole)
  const unclear = roles.includes('session') && roles.some(role => !BESIDE_SESSION.has(role))
  if (roles.length === 0 || unclear || new Set(roles).size !== roles.length) throw new ChainError('bad_entry', 'roles')
  return roles
}

export const STATEMENT_TYPES = Object.keys(CODECS) as readonly StatementType[]

function encodeWith<T extends Statement>(codec: Codec<T>, statement: T): Map<string, CborValue> {
  const out = new Map<string, CborValue>()
  for (const [key, value] of Object.entries(codec.write(statement))) if (value !== undefined) out.set(key, value)
  return out
}

export function encodeStatement(statement: Statement): Map<string, CborValue> {
  // The codec of a statement is the one of its type; TypeScript cannot follow the correlation.
  return encodeWith(CODECS[statement.type] as Codec<Statement>, statement)
}

/** @throws ChainError bad_entry */
export function decodeStatement(type: string, value: CborValue): Statement {
  const known = STATEMENT_TYPES.find(name => name === type)
  if (!known) throw new ChainError('bad_entry', 'type')
  const fields = new Fields(value)
  const statement = CODECS[known].read(fields)
  fields.end()
  return statement
}
