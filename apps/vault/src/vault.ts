import { mkdir, readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { Health } from '@hausrecht/contract/schemas'
import { toBase64 } from '@hausrecht/crypto/bytes'
import { randomBytes } from '@hausrecht/crypto/random'
import type { Secret } from '@hausrecht/crypto/secret'
import { type SigningKey, signingKeyFromSeed } from '@hausrecht/crypto/signature'
import { type Logger, pino } from 'pino'
import { Accounts } from './accounts/accounts.ts'
import { Doors } from './accounts/doors.ts'
import { readOrigins } from './accounts/origins.ts'
import { Sessions } from './accounts/sessions.ts'
import type { BlobStore } from './blobs/blob-store.ts'
import { folderStore } from './blobs/folder.ts'
import { s3Store } from './blobs/s3.ts'
import { DEFAULT_ORIGIN, systemClock, type VaultConfig } from './config.ts'
import { connect } from './db/connect.ts'
import { startEmbedded } from './db/embedded.ts'
import { errnoOf, StartError } from './errors.ts'
import { Households } from './households/households.ts'
import type { Services } from './http/handlers.ts'
import { Nonces } from './http/nonces.ts'
import { buildServer } from './http/server.ts'
import { Ingest } from './ingest/ingest.ts'
import { Packets } from './join/packets.ts'
import { PendingDevices } from './join/pending.ts'
import { Sequencer } from './log/sequencer.ts'
import { Witnesses } from './log/witnesses.ts'
import { Manifests } from './manifests/manifests.ts'
import { Metrics } from './operator/metrics.ts'
import { operatorToken } from './operator/token.ts'
import { EXPIRE_EVERY_MS, Expiry } from './purge/expiry.ts'
import { Purge } from './purge/purge.ts'
import { Removals } from './purge/removals.ts'
import { replayOrders } from './purge/replay.ts'
import { SWEEP_EVERY_MS, Sweep } from './purge/sweep.ts'
import { Accesses } from './read/access.ts'
import { Coverage } from './read/coverage.ts'
import { Objects } from './read/objects.ts'
import { Relay } from './relay/relay.ts'
import { AppFiles } from './static/app-files.ts'

export const VERSION = '0.1.0'

export type Vault = {
  readonly url: string
  readonly origin: string
  /** The key that signs checkpoints and accesses; a household pins it in its genesis. */
  readonly publicKey: Uint8Array
  readonly operatorToken: string
  close(): Promise<void>
}

/** Starts a vault and everything it needs. @throws StartError saying what to do */
export async function startVault(config: VaultConfig): Promise<Vault> {
  const stops: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).reverse()) await stop()
  }
  try {
    return await start(config, stops, close)
  } catch (error) {
    await close()
    throw error
  }
}

async function start(config: VaultConfig, stops: (() => Promise<void>)[], close: () => Promise<void>): Promise<Vault> {
  const clock = config.clock ?? systemClock
  const origin = config.origin ?? DEFAULT_ORIGIN
  const log = pino(
    { level: config.logLevel ?? 'info', redact: ['token', 'password', 'secretAccessKey'] },
    pino.destination({ dest: 2, sync: true }),
  )
  await prepareFolder(config.dir)
  const key = await logKey(join(config.dir, 'log-key'))
  const token = await operatorToken(join(config.dir, 'operator-token'))

  const embedded = config.databaseUrl ? null : await startEmbedded(join(config.dir, 'postgres'))
  if (embedded) stops.push(embedded.stop)
  const db = await connect(embedded?.options ?? { connectionString: config.databaseUrl }, error =>
    log.warn({ reason: error.message }, 'database connection lost'),
  )
  stops.push(() => db.destroy())
  const blobs = await openBlobs(config)

  const witnesses = new Witnesses(config.witnesses ?? [], clock, log)
  const sequencer = new Sequencer({ db, key, origin, witnesses, clock })
  const households = new Households({ db, sequencer, clock, vaultKey: key.publicKey, origin })
  const removals = new Removals({ db, sequencer, households, key, clock })
  const purge = new Purge({ db, blobs, clock, log, onRemoved: () => removals.tell() })
  stops.push(() => purge.close())
  // The order and the end of its rows are one transaction: after a kill the queue knows what is left to do.
  const manifests = new Manifests(db)
  households.inTransaction(async (tx, household, { statement, actor }) => {
    if (statement.type === 'delete_order')
      await purge.order(household, statement.ranges, { db: tx, order: statement.order })
    if (statement.type === 'manifest') await manifests.accept(tx, household, actor, statement)
  })
  households.onEntry((_, { statement }) => {
    if (statement.type === 'delete_order') purge.wake()
  })
  await replayOrders({ db, households, purge })
  purge.wake()
  const now = () => witnesses.now()
  const everyMs = config.expireEveryMs ?? EXPIRE_EVERY_MS
  const expiry = new Expiry({ db, households, purge, now, log, everyMs })
  stops.push(() => expiry.close())
  households.onEntry((household, { statement }) => {
    if (statement.type === 'retention')
      void expiry.household(household).catch((error: unknown) => log.error({ reason: String(error) }, 'retention'))
  })
  const accesses = new Accesses({ db, sequencer, key, clock })
  const objects = new Objects({ db, blobs, accesses, known: household => households.known(household), now })
  const quotaBytes = config.quotaBytes ?? null
  const ingest = new Ingest({ db, blobs, households, purge, clock, now, log, quotaBytes })
  const sweep = new Sweep({ db, blobs, ingest, purge, clock, log, everyMs: SWEEP_EVERY_MS })
  stops.push(() => sweep.close())
  const nonces = {
    members: Nonces.open(join(config.dir, 'nonces'), log, clock),
    strangers: Nonces.open(join(config.dir, 'nonces-strangers'), log, clock),
  }
  stops.push(async () => {
    nonces.members.close()
    nonces.strangers.close()
  })
  const relay = new Relay({ households, accesses, nonces: nonces.members, clock, log })
  const metrics = new Metrics({
    ingest: ingest.counters,
    served: objects.counters,
    granted: accesses.counters,
    purged: purge.counters,
    swept: sweep.counters,
    relay,
    waiting: () => purge.waiting(),
    witnesses: () => witnesses.states,
  })
  const health = async (): Promise<Health> => {
    await db.selectFrom('household').select('id').limit(1).execute()
    return {
      status: 'ok',
      database: embedded ? 'embedded' : 'postgresql',
      blobs: await blobs.check(),
      logKey: toBase64(key.publicKey),
      origin,
    }
  }
  const sessions = new Sessions({ db, clock })
  const appOrigins = readOrigins(config.appOrigins ?? [])
  const services: Services = {
    sessions,
    accounts: new Accounts({ db, clock, sessions }),
    doors: new Doors(clock, config.doors),
    appOrigins: () => (appOrigins.length > 0 ? appOrigins : readOrigins([ownApp()])),
    ...{ db, households, sequencer, ingest, accesses, objects, purge, witnesses, metrics, health },
    pending: new PendingDevices({ db, clock, changed: household => relay.tell(household, 'pending', 'admins') }),
    coverage: new Coverage(db),
    manifests,
    packets: new Packets({ db, clock, tell: (...news) => relay.tell(...news) }),
    quotaBytes: config.quotaBytes ?? null,
    now: () => clock.now(),
    version: VERSION,
  }
  const app = buildServer({
    services,
    operatorToken: token,
    nonces,
    log,
    now: () => clock.now(),
    tls: await readTls(config),
    app: config.app ? await AppFiles.open(config.app.dir) : null,
  })
  relay.attach(app.server)
  stops.push(async () => {
    households.wakeAll()
    await relay.close()
    await app.close()
  })
  const ownApp = (): string => {
    const address = app.server.address()
    const port = typeof address === 'object' && address !== null ? address.port : config.port
    return `${config.tls ? 'https' : 'http'}://localhost:${port}`
  }
  const host = config.host ?? '127.0.0.1'
  await app.listen({ host, port: config.port }).catch((error: unknown) => {
    throw listenError(error, host, config.port)
  })
  const { port } = app.server.address() as AddressInfo
  const url = `${config.tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
  announce(log, url)
  return { url, origin, publicKey: key.publicKey, operatorToken: token, close }
}

const announce = (log: Logger, url: string): void => log.info({ url }, 'vault listens')

async function prepareFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await writeFile(join(dir, '.write-test'), '', { mode: 0o600 })
  } catch (error) {
    const why: Record<string, string> = {
      EACCES: 'is not writable',
      EROFS: 'is read-only',
      ENOSPC: 'is on a full disk',
    }
    throw new StartError(
      'folder',
      `The folder ${dir} ${why[errnoOf(error) ?? ''] ?? 'cannot be used'}: choose another with --data.`,
    )
  }
}

async function logKey(path: string): Promise<SigningKey> {
  const { Secret: SecretBytes } = await import('@hausrecht/crypto/secret')
  let seed: Secret
  try {
    seed = SecretBytes.from(new Uint8Array(await readFile(path)))
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    const bytes = randomBytes(32)
    await writeFile(path, bytes, { mode: 0o600, flush: true })
    seed = SecretBytes.from(bytes)
  }
  const key = await signingKeyFromSeed(seed)
  seed.zero()
  return key
}

async function openBlobs(config: VaultConfig): Promise<BlobStore> {
  const { blobs } = config
  if (blobs?.kind === 's3') return s3Store(blobs)
  return folderStore(blobs?.dir ?? join(config.dir, 'blobs'))
}

async function readTls(config: VaultConfig): Promise<{ cert: Buffer; key: Buffer } | null> {
  if (!config.tls) return null
  try {
    const pair = { cert: await readFile(config.tls.cert), key: await readFile(config.tls.key) }
    createSecureContext(pair)
    return pair
  } catch (error) {
    throw new StartError(
      'tls',
      `The certificate or its key cannot be used: ${error instanceof Error ? error.message : error}`,
    )
  }
}

function listenError(error: unknown, host: string, port: number): unknown {
  if (errnoOf(error) === 'EADDRINUSE')
    return new StartError(
      'port_taken',
      `Port ${port} on ${host} is taken: stop what uses it, or choose another with --port.`,
    )
  if (errnoOf(error) === 'EACCES')
    return new StartError('port_taken', `Port ${port} needs rights that this user has not got: choose one above 1023.`)
  if (errnoOf(error) === 'EADDRNOTAVAIL') return new StartError('port_taken', `This machine has no address ${host}.`)
  return error
}
