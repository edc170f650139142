import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { activeDevice } from '@hausrecht/chain/rights'
import type { ErrorCode } from '@hausrecht/contract/errors'
import { LIMITS } from '@hausrecht/contract/limits'
import {
  type News,
  RELAY_BEAT_MS,
  RELAY_GOING_AWAY,
  RELAY_PATH,
  RELAY_PROTOCOL,
  RELAY_TEXT_BYTES,
  readHello,
  readToVault,
  relayCloseCode,
} from '@hausrecht/contract/relay'
import { CryptoError } from '@hausrecht/crypto/errors'
import { type DeviceId, type HouseholdId, parseHouseholdId, parseStreamId } from '@hausrecht/crypto/ids'
import type { Logger } from 'pino'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../config.ts'
import { VaultRefusal } from '../errors.ts'
import type { Households } from '../households/households.ts'
import type { Nonces } from '../http/nonces.ts'
import { rawRefusal } from '../http/raw-refusal.ts'
import { readClaim, verifyClaim } from '../http/signed.ts'
import type { Accesses } from '../read/access.ts'
import { Connection, hangUp } from './connection.ts'
import { relayCounters } from './counters.ts'
import { Room } from './room.ts'

const ADDRESS = new RegExp(`^${RELAY_PATH.replace(':household', '([a-z2-7]{26})')}$`)
const GOING_MS = 500

type Known = Pick<Households, 'onEntry' | 'state' | 'known'>
type Member = { readonly connection: Connection; readonly room: Room }

/** Devices of a household talk through it while they are there: docs/formats/relay.md. In memory only, of this process only. */
export class Relay {
  readonly counters = relayCounters()
  readonly #households: Known
  readonly #accesses: Pick<Accesses, 'find'>
  readonly #nonces: Pick<Nonces, 'use'>
  readonly #clock: Clock
  readonly #log: Logger
  readonly #rooms = new Map<HouseholdId, Room>()
  readonly #beat: NodeJS.Timeout
  readonly #server = new WebSocketServer({
    noServer: true,
    // What is sealed cannot be packed, and packing beside a secret tells about it.
    perMessageDeflate: false,
    maxPayload: RELAY_TEXT_BYTES,
    clientTracking: true,
    handleProtocols: offered => (offered.has(RELAY_PROTOCOL) ? RELAY_PROTOCOL : false),
  })
  readonly #alive = new WeakSet<WebSocket>()
  #unsigned = 0
  #closed = false

  constructor(options: {
    households: Known
    accesses: Pick<Accesses, 'find'>
    nonces: Pick<Nonces, 'use'>
    clock: Clock
    log: Logger
    beatMs?: number
  }) {
    this.#households = options.households
    this.#accesses = options.accesses
    this.#nonces = options.nonces
    this.#clock = options.clock
    this.#log = options.log
    this.#households.onEntry((household, _, state) => this.#rooms.get(household)?.update(state))
    this.#beat = setInterval(() => this.#beatAll(), options.beatMs ?? RELAY_BEAT_MS)
    this.#beat.unref()
  }

  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      // A line that breaks now concerns nobody.
      socket.on('error', () => socket.destroy())
      try {
        const household = this.#door(request)
        this.#server.handleUpgrade(request, socket, head, line => this.#welcome(line, socket, household, request.url))
      } catch (error) {
        this.counters.refused++
        socket.end(rawRefusal(error instanceof VaultRefusal ? error : new VaultRefusal('internal')))
      }
    })
  }

  /** Says to devices that are there what they may fetch; `to` null is every device of the household. */
  tell(household: HouseholdId, what: News, to: DeviceId | 'admins' | null): void {
    this.#rooms.get(household)?.tell(what, to)
  }

  get connected(): number {
    return this.#server.clients.size
  }

  get viewers(): number {
    return [...this.#rooms.values()].reduce((sum, room) => sum + room.viewers, 0)
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#beat)
    for (const room of this.#rooms.values()) room.hangUp(RELAY_GOING_AWAY)
    for (const line of this.#server.clients) line.close(RELAY_GOING_AWAY)
    const cut = setTimeout(() => {
      for (const line of this.#server.clients) line.terminate()
    }, GOING_MS)
    await new Promise(resolve => this.#server.close(resolve))
    clearTimeout(cut)
  }

  /** Before the upgrade. @throws VaultRefusal not_found | not_allowed | bad_request | busy */
  #door({ url, method, headers }: IncomingMessage): HouseholdId {
    const [, household] = ADDRESS.exec(url ?? '') ?? []
    if (method !== 'GET' || household === undefined) throw new VaultRefusal('not_found')
    // Browsers say which page opens a connection, and other sites' pages have no business here. Programs say nothing.
    const { origin, host } = headers
    if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host))
      throw new VaultRefusal('not_allowed', { detail: 'The page is not of this vault.' })
    const offered = headers['sec-websocket-protocol']?.split(',').map(name => name.trim())
    if (!offered?.includes(RELAY_PROTOCOL))
      throw new VaultRefusal('bad_request', { detail: `The subprotocol is ${RELAY_PROTOCOL}.` })
    if (this.#closed || this.#unsigned >= LIMITS.relayUnsigned) throw new VaultRefusal('busy', { retryAfter: 5 })
    try {
      return parseHouseholdId(household)
    } catch {
      throw new VaultRefusal('bad_id')
    }
  }

  /** Connected, and not known yet: one short message, soon. */
  #welcome(line: WebSocket, socket: Duplex, household: HouseholdId, target = ''): void {
    let member: Member | null = null
    let isAsked = false
    let bytes = 0
    this.#unsigned++
    const known = (): void => {
      if (timer === null) return
      this.#unsigned--
      clearTimeout(timer)
      timer = null
      socket.off('data', count)
    }
    const refuse = (code: ErrorCode): void => {
      if (timer !== null) this.counters.refused++
      known()
      hangUp(line, relayCloseCode(code), code)
    }
    const count = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > LIMITS.relayHelloBytes) refuse('too_large')
    }
    let timer: NodeJS.Timeout | null = setTimeout(() => refuse('signature_missing'), LIMITS.relayHelloSeconds * 1000)
    socket.on('data', count)
    this.#alive.add(line)
    line.on('pong', () => this.#alive.add(line))
    // Broken frames and messages beyond every limit: ws has closed the line.
    line.on('error', () => undefined)
    line.on('close', () => {
      known()
      if (member) this.#leave(household, member)
    })
    line.on('message', (data, isBinary) => {
      if (timer === null && !member) return
      if (member) return this.#take(member, data, isBinary)
      if (isAsked || isBinary) return refuse('bad_request')
      isAsked = true
      this.#identify(household, target, data)
        .then(device => {
          // Too late, or gone.
          if (timer === null || line.readyState !== line.OPEN) return
          const joined = this.#join(household, new Connection(device, line, socket))
          known()
          member = joined
        })
        .catch((error: unknown) => refuse(this.#codeOf(error)))
    })
  }

  /** Who signed the first message. @throws VaultRefusal */
  async #identify(household: HouseholdId, target: string, data: RawData): Promise<DeviceId> {
    const hello = readHello(String(data))
    if (!hello) throw new VaultRefusal('signature_missing')
    const header = (name: string): string | undefined =>
      name === 'signature-input' || name === 'signature' ? hello[name] : undefined
    const claim = readClaim({ method: 'GET', target, header }, this.#clock.now())
    const device = (await this.#households.state(household)).devices.get(claim.device)
    if (!device) throw new VaultRefusal('unknown_device')
    await verifyClaim(claim, device.publicKey, this.#nonces, this.#clock.now())
    await this.#households.state(household)
    return claim.device
  }

  /** @throws VaultRefusal removed_device | busy */
  #join(household: HouseholdId, connection: Connection): Member {
    // Without waiting, so that no entry can come between what is known and the room that will hear of the next.
    const state = this.#households.known(household)
    if (!state || this.#closed) throw new VaultRefusal('busy')
    if (!activeDevice(state, connection.device)) throw new VaultRefusal('removed_device')
    const room = this.#rooms.get(household) ?? new Room(state, this.counters, () => this.#clock.now())
    this.#rooms.set(household, room)
    this.counters.connected++
    room.join(connection)
    return { connection, room }
  }

  #leave(household: HouseholdId, { connection, room }: Member): void {
    room.leave(connection)
    if (room.empty && this.#rooms.get(household) === room) this.#rooms.delete(household)
  }

  #take({ connection, room }: Member, data: RawData, isBinary: boolean): void {
    if (connection.ended) return
    const refused = isBinary ? this.#part(connection, room, data) : this.#text(connection, room, data)
    if (!refused) return
    connection.end(refused)
    room.leave(connection)
  }

  #part(connection: Connection, room: Room, data: RawData): ErrorCode | null {
    if (!connection.parts.take()) return 'too_many'
    return data instanceof Buffer && room.live(connection, data) ? null : 'bad_segment'
  }

  #text(connection: Connection, room: Room, data: RawData): ErrorCode | null {
    if (!connection.sends.take()) return 'too_many'
    const message = readToVault(String(data))
    try {
      switch (message?.type) {
        case 'send':
          room.send(connection, message.to, message.body)
          return null
        case 'watch':
          this.#watch(connection, room, message.stream, message.token)
          return null
        case 'unwatch':
          connection.wishes.delete(parseStreamId(message.stream))
          room.unwatch(connection, parseStreamId(message.stream))
          return null
        default:
          return 'bad_request'
      }
    } catch (error) {
      return this.#codeOf(error)
    }
  }

  #watch(connection: Connection, room: Room, name: string, token: string): void {
    const stream = parseStreamId(name)
    const { wishes } = connection
    if (!wishes.has(stream) && wishes.size >= LIMITS.relayWatches) {
      room.refuse(connection, stream, 'too_many')
      return
    }
    wishes.set(stream, token)
    const isWished = (): boolean => !connection.ended && wishes.get(stream) === token
    this.#accesses.find(token).then(
      access => {
        if (isWished()) room.watch(connection, stream, access)
      },
      (error: unknown) => {
        this.#log.warn({ reason: String(error) }, 'an access could not be looked up')
        if (isWished()) room.refuse(connection, stream, 'busy')
      },
    )
  }

  #beatAll(): void {
    for (const line of this.#server.clients) {
      if (!this.#alive.delete(line)) line.terminate()
      else line.ping()
    }
    for (const room of this.#rooms.values()) room.beat()
  }

  #codeOf(error: unknown): ErrorCode {
    if (error instanceof VaultRefusal) return error.code
    if (error instanceof CryptoError && error.code === 'bad_id') return 'bad_id'
    this.#log.error({ reason: error instanceof Error ? error.stack : String(error) }, 'unexpected')
    return 'internal'
  }
}
