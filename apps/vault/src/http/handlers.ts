import { LIMITS } from '@hausrecht/contract/limits'
import { openapi } from '@hausrecht/contract/openapi'
import type { RouteName } from '@hausrecht/contract/routes'
import type {
  AccessRequest,
  Challenge,
  Confirm,
  Health,
  PendingRequest,
  Reveal,
  Usage,
} from '@hausrecht/contract/schemas'
import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { parseDeviceId, parseObjectId, parseStreamId } from '@hausrecht/crypto/ids'
import { TlogError } from '@hausrecht/tlog/errors'
import { consistencyProof, inclusionProof } from '@hausrecht/tlog/proofs'
import { encodeEntries, parseTilePath, TILE_WIDTH, tileData } from '@hausrecht/tlog/tiles'
import type { Doors } from '../accounts/doors.ts'
import { ACCOUNT_MEMBER, ACCOUNT_PLAIN, type AccountServices } from '../accounts/handlers.ts'
import type { Sessions } from '../accounts/sessions.ts'
import type { Database } from '../db/connect.ts'
import { VaultRefusal } from '../errors.ts'
import type { Households } from '../households/households.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Packets } from '../join/packets.ts'
import type { PendingDevices } from '../join/pending.ts'
import { nodeReader } from '../log/node-reader.ts'
import type { Sequencer } from '../log/sequencer.ts'
import type { Witnesses } from '../log/witnesses.ts'
import type { Manifests } from '../manifests/manifests.ts'
import type { Metrics } from '../operator/metrics.ts'
import type { Purge } from '../purge/purge.ts'
import type { Accesses } from '../read/access.ts'
import type { Coverage } from '../read/coverage.ts'
import type { Objects } from '../read/objects.ts'
import type { Answer, Call, JoinerCall, MemberCall } from './context.ts'

export type Services = AccountServices & {
  readonly sessions: Sessions
  readonly doors: Doors
  readonly db: Database
  readonly households: Households
  readonly sequencer: Sequencer
  readonly ingest: Ingest
  readonly accesses: Accesses
  readonly objects: Objects
  readonly coverage: Coverage
  readonly manifests: Manifests
  readonly pending: PendingDevices
  readonly packets: Packets
  readonly purge: Purge
  readonly witnesses: Witnesses
  readonly metrics: Metrics
  readonly quotaBytes: number | null
  readonly now: () => number
  readonly health: () => Promise<Health>
  readonly version: string
}

type Member = (services: Services, call: MemberCall) => Promise<Answer>
type Joiner = (services: Services, call: JoinerCall) => Promise<Answer>
type Plain = (services: Services, call: Call) => Promise<Answer>

const done: Answer = { status: 204 }
const param = (call: Call, name: string): string => call.params[name] ?? ''
const number = (call: Call, name: string, otherwise = 0): number => Number(call.query[name] ?? otherwise)

async function logSize({ db }: Services, household: string): Promise<number> {
  const row = await db.selectFrom('household').select('log_size').where('id', '=', household).executeTakeFirstOrThrow()
  return row.log_size
}

async function proof(make: () => Promise<readonly Uint8Array[]>): Promise<Answer> {
  try {
    return { body: { proof: (await make()).map(toBase64) } }
  } catch (error) {
    if (error instanceof TlogError) throw new VaultRefusal('bad_range', { detail: error.message })
    throw error
  }
}

async function tile(services: Services, call: MemberCall): Promise<Answer> {
  const size = await logSize(services, call.household)
  try {
    const path = parseTilePath(`tile/${param(call, '*')}`)
    if (path.kind === 'tile')
      return { body: await tileData(path.level, path.index, path.width, size, nodeReader(services.db, call.household)) }
    const first = path.index * TILE_WIDTH
    if (first + path.width > size) throw new TlogError('bad_tile')
    const rows = await services.db
      .selectFrom('log_leaf')
      .select('data')
      .where('household', '=', call.household)
      .where('index', '>=', first)
      .where('index', '<', first + path.width)
      .orderBy('index')
      .execute()
    return { body: encodeEntries(rows.map(row => new Uint8Array(row.data))) }
  } catch (error) {
    if (error instanceof TlogError) throw new VaultRefusal('not_found', { detail: error.message })
    throw error
  }
}

/** Routes of members; who may call which is in the contract and checked before. */
export const MEMBER: { readonly [Name in RouteName]?: Member } = {
  ...ACCOUNT_MEMBER,
  appendEntry: async ({ households }, call) => ({ body: await households.append(call.household, call.bytes) }),
  listEntries: async ({ households }, call) => ({
    type: 'application/cbor',
    body: await households.list(
      call.household,
      number(call, 'from'),
      number(call, 'limit', LIMITS.entriesPerPage),
      number(call, 'wait') * 1000,
      call.signal,
    ),
  }),
  checkpoint: async ({ sequencer }, call) => ({
    type: 'text/plain; charset=utf-8',
    body: await sequencer.checkpoint(call.household),
  }),
  tile,
  inclusion: (services, call) =>
    proof(async () => {
      await checkSize(services, call, number(call, 'size'))
      return inclusionProof(number(call, 'index'), number(call, 'size'), nodeReader(services.db, call.household))
    }),
  consistency: (services, call) =>
    proof(async () => {
      await checkSize(services, call, number(call, 'new'))
      return consistencyProof(number(call, 'old'), number(call, 'new'), nodeReader(services.db, call.household))
    }),
  putObject: async ({ ingest }, call) => ({
    body: await ingest.put({
      state: call.state,
      device: call.device,
      objectId: parseObjectId(param(call, 'objectId')),
      bytes: call.bytes,
      digest: call.claim?.digest ?? null,
    }),
  }),
  listObjects: async ({ objects }, call) => ({
    body: await objects.list(call.state, call.device, {
      stream: parseStreamId(String(call.query.stream)),
      lo: number(call, 'lo'),
      hi: number(call, 'hi'),
      cursor: call.query.cursor === undefined ? undefined : String(call.query.cursor),
      limit: number(call, 'limit', LIMITS.objectsPerPage),
    }),
  }),
  listRuns: async ({ coverage }, call) => ({
    body: await coverage.list(call.state, call.device, {
      stream: parseStreamId(String(call.query.stream)),
      lo: number(call, 'lo'),
      hi: number(call, 'hi'),
      gap: number(call, 'gap'),
    }),
  }),
  draftManifest: async ({ manifests }, call) => ({
    type: 'application/cbor',
    body: await manifests.draft(call.state, call.device, number(call, 'hour')),
  }),
  getManifest: async ({ manifests }, call) => ({
    type: 'application/cbor',
    body: await manifests.get(call.state, call.device, {
      hour: number(call, 'hour'),
      recorder: parseDeviceId(String(call.query.recorder)),
      stream: parseStreamId(String(call.query.stream)),
    }),
  }),
  requestAccess: async ({ accesses }, call) => {
    if (!call.claim) throw new VaultRefusal('signature_missing')
    return { body: await accesses.grant(call.state, call.claim, call.body as AccessRequest, call.bytes) }
  },
  getObject: ({ objects }, call) =>
    objects.get(call.state, call.device, param(call, 'objectId'), call.token, call.range),
  listPending: async ({ pending }, call) => ({ body: { pending: await pending.list(call.household) } }),
  challengePending: async ({ pending }, call) => ({
    body: await pending.challenge(call.household, param(call, 'device'), call.body as Challenge),
  }),
  putPacket: async ({ packets }, call) => {
    await packets.put(call.state, call.device.id, param(call, 'packetId'), call.bytes)
    return done
  },
  listPackets: async ({ packets }, call) => ({ body: { packets: await packets.list(call.household, call.device.id) } }),
  getPacket: async ({ packets }, call) => ({
    body: await packets.get(call.household, call.device.id, param(call, 'packetId')),
  }),
  deletePacket: async ({ packets }, call) => {
    await packets.remove(call.household, call.device.id, param(call, 'packetId'))
    return done
  },
  requestRelease: async ({ packets }, call) => {
    const { ephemeralKey } = call.body as { ephemeralKey: string }
    await packets.requestRelease(call.household, call.device.id, param(call, 'packetId'), ephemeralKey)
    return done
  },
  listReleases: async ({ packets }, call) => ({
    body: { releases: await packets.listReleases(call.household, call.device.id) },
  }),
  putRelease: async ({ packets }, call) => {
    const { sealed } = call.body as { sealed: string }
    await packets.putRelease(call.household, call.device.id, param(call, 'packetId'), sealed)
    return done
  },
  takeRelease: async ({ packets }, call) => ({
    body: { sealed: await packets.takeRelease(call.household, call.device.id, param(call, 'packetId')) },
  }),
  usage: async (services, call) => {
    const row = await services.db
      .selectFrom('household')
      .select(['objects', 'bytes', 'log_size'])
      .where('id', '=', call.household)
      .executeTakeFirstOrThrow()
    const body: Usage = {
      objects: row.objects,
      bytes: row.bytes,
      quotaBytes: services.quotaBytes,
      logSize: row.log_size,
      purging: await services.purge.waiting(call.household),
      witnesses: [...services.witnesses.states],
      now: services.now(),
    }
    return { body }
  },
}

/** Routes of a device that is not (yet) of the household; an admin may use some of them about it. */
export const JOINER: { readonly [Name in RouteName]?: Joiner } = {
  requestJoin: async ({ pending, sessions }, call) => {
    const { session, caller, household } = call
    if (session !== undefined) await sessions.check(session, caller, household)
    return { body: await pending.request(call.state, caller, call.body as PendingRequest, session !== undefined) }
  },
  getPending: async ({ pending }, call) => ({ body: await pending.get(call.household, ownOrAdmin(call)) }),
  revealPending: async ({ pending }, call) => {
    if (param(call, 'device') !== call.caller) throw new VaultRefusal('not_allowed')
    return { body: await pending.reveal(call.household, call.caller, call.body as Reveal) }
  },
  confirmPending: async ({ pending }, call) => {
    if (param(call, 'device') !== call.caller) throw new VaultRefusal('not_allowed')
    return { body: await pending.confirm(call.household, call.caller, call.body as Confirm) }
  },
  cancelPending: async ({ pending }, call) => {
    await pending.remove(call.household, ownOrAdmin(call))
    return done
  },
}

export const PLAIN: { readonly [Name in RouteName]?: Plain } = {
  ...ACCOUNT_PLAIN,
  createHousehold: async ({ households }, call) => ({ status: 201, body: await households.create(call.bytes) }),
  about: async ({ health }) => ({ body: await health() }),
  health: async ({ health }) => ({ body: await health() }),
  metrics: async ({ metrics }) => ({
    type: metrics.registry.contentType,
    body: utf8(await metrics.registry.metrics()),
  }),
  openapi: async ({ version }) => ({ body: openapi(version) }),
}

async function checkSize(services: Services, call: MemberCall, size: number): Promise<void> {
  const there = await logSize(services, call.household)
  if (size > there) throw new VaultRefusal('bad_range', { detail: `The log has ${there} entries.` })
}

function ownOrAdmin(call: JoinerCall): string {
  const device = param(call, 'device')
  if (device !== call.caller && !call.isAdmin) throw new VaultRefusal('not_allowed')
  return device
}
