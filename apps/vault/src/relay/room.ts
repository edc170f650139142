import { leafAt } from '@hausrecht/chain/leaf'
import { activeDevice, canRead, isDeleted } from '@hausrecht/chain/rights'
import type { HouseholdState } from '@hausrecht/chain/state'
import type { ErrorCode } from '@hausrecht/contract/errors'
import { LIMITS } from '@hausrecht/contract/limits'
import type { FromVault, News } from '@hausrecht/contract/relay'
import type { DeviceId, StreamId } from '@hausrecht/crypto/ids'
import type { Token } from '../read/access.ts'
import type { Connection, Watch } from './connection.ts'
import type { RelayCounters } from './counters.ts'
import { binaryFrame } from './frame.ts'
import { type Framed, Group } from './group.ts'
import { readPart } from './live.ts'

type Watched = { readonly watches: Set<Watch>; readonly group: Group; shown: string }

const SKEW_MS = LIMITS.clockSkewSeconds * 1000

/** The devices of one household that are there, and what they watch. */
export class Room {
  readonly #connections = new Map<string, Set<Connection>>()
  readonly #watched = new Map<StreamId, Watched>()
  readonly #counters: RelayCounters
  readonly #now: () => number
  #state: HouseholdState

  constructor(state: HouseholdState, counters: RelayCounters, now: () => number) {
    this.#state = state
    this.#counters = counters
    this.#now = now
  }

  get empty(): boolean {
    return this.#connections.size === 0
  }

  /** The chain has a new entry: who is no device any more is out at once. */
  update(state: HouseholdState): void {
    this.#state = state
    for (const connection of this.#all())
      if (!activeDevice(state, connection.device)) {
        connection.end('removed_device')
        this.leave(connection)
      }
    for (const { watches } of this.#watched.values()) for (const watch of watches) this.#check(watch)
    this.tell('entries', null)
  }

  join(connection: Connection): void {
    const { device } = connection
    const others = this.#connections.get(device) ?? new Set()
    if (others.size >= LIMITS.relaySocketsPerDevice) {
      // The oldest: more likely a line that is dead and does not know it than one that is used.
      const [oldest] = others
      oldest?.end('too_many')
      if (oldest) this.leave(oldest)
    }
    const first = !this.#connections.has(device)
    this.#connections.set(device, others.add(connection))
    connection.say({ type: 'ready', online: [...this.#connections.keys()] })
    if (first) this.#toOthers(device, { type: 'online', device, online: true })
    for (const [stream, { shown }] of this.#watched)
      if (this.#state.streams.get(stream)?.recorder === device)
        connection.say({ type: 'viewers', stream, devices: devicesIn(shown) })
  }

  leave(connection: Connection): void {
    const { device } = connection
    const mine = this.#connections.get(device)
    if (!mine?.delete(connection)) return
    for (const watch of [...connection.watches.values()]) this.#unwatch(watch)
    if (mine.size > 0) return
    this.#connections.delete(device)
    this.#toOthers(device, { type: 'online', device, online: false })
    for (const [stream, { group }] of this.#watched)
      if (this.#state.streams.get(stream)?.recorder === device) group.clear()
  }

  send(from: Connection, to: string, body: string): void {
    this.#counters.messages++
    const text = JSON.stringify({ type: 'message', from: from.device, body } satisfies FromVault)
    const reached = [...(this.#connections.get(to) ?? [])].map(connection => connection.sayText(text))
    if (!reached.includes(true)) from.say({ type: 'absent', to })
  }

  tell(what: News, to: DeviceId | 'admins' | null): void {
    for (const connection of this.#all()) {
      const { device } = connection
      const meant = to === 'admins' ? activeDevice(this.#state, device)?.roles.includes('admin') : to === device
      if (to === null || meant) connection.say({ type: 'news', what })
    }
  }

  /** `access` is what the token opens. The same questions as for a stored object (`read/objects.ts`), about now. */
  watch(connection: Connection, stream: StreamId, access: Token | null): void {
    const refused = this.#refusal(connection, stream, access)
    if (refused || !access) {
      this.refuse(connection, stream, refused ?? 'token_invalid')
      return
    }
    const { lo, hi, expires } = access
    const before = connection.watches.get(stream)
    connection.say({ type: 'watching', stream })
    if (before) {
      Object.assign(before, { lo, hi, expires })
      return
    }
    const watch: Watch = { connection, stream, lo, hi, expires, waits: true }
    const watched = this.#watched.get(stream) ?? { watches: new Set(), group: new Group(), shown: '' }
    this.#watched.set(stream, watched)
    connection.watches.set(stream, watch)
    watched.watches.add(watch)
    if (connection.waiting + watched.group.bytes <= LIMITS.relayBacklogBytes)
      for (const part of watched.group.parts) this.#show(watch, part, LIMITS.relayBacklogBytes)
    this.#showViewers(stream, watched)
  }

  unwatch(connection: Connection, stream: StreamId): void {
    const watch = connection.watches.get(stream)
    if (watch) this.#unwatch(watch)
  }

  refuse(connection: Connection, stream: StreamId, code: ErrorCode): void {
    connection.wishes.delete(stream)
    this.unwatch(connection, stream)
    connection.say({ type: 'refused', stream, code })
  }

  /** False when it is no live part that this device may send. */
  live(connection: Connection, bytes: Uint8Array): boolean {
    const part = readPart(this.#state, connection.device, bytes)
    if (!part) return false
    this.#counters.parts++
    const watched = this.#watched.get(part.stream)
    if (!watched) return true
    const framed = { ...part, frame: binaryFrame(bytes) }
    watched.group.add(framed)
    for (const watch of watched.watches) this.#show(watch, framed, LIMITS.relayBufferBytes)
    return true
  }

  /** Ends what has run out, though no part came to notice it. */
  beat(): void {
    for (const { watches } of this.#watched.values()) for (const watch of watches) this.#check(watch)
    for (const connection of this.#all()) connection.say({ type: 'beat' })
  }

  hangUp(code: number): void {
    for (const connection of this.#all()) connection.hangUp(code, '')
  }

  get viewers(): number {
    let count = 0
    for (const { watches } of this.#watched.values()) count += watches.size
    return count
  }

  #all(): Connection[] {
    return [...this.#connections.values()].flatMap(connections => [...connections])
  }

  #toOthers(device: DeviceId, message: FromVault): void {
    for (const connection of this.#all()) if (connection.device !== device) connection.say(message)
  }

  #refusal({ device }: Connection, stream: StreamId, access: Token | null): ErrorCode | null {
    const now = this.#now()
    if (access?.household !== this.#state.household || access.device !== device || access.stream !== stream)
      return 'token_invalid'
    // Clocks differ; each part is held against the range by its own leaf.
    if (access.expires <= now || access.lo > leafAt(now + SKEW_MS) || access.hi < leafAt(now - SKEW_MS))
      return 'token_invalid'
    const leaf = Math.max(access.lo, leafAt(now))
    if (isDeleted(this.#state, stream, leaf)) return 'deleted_range'
    return canRead(this.#state, device, stream, leaf) ? null : 'not_allowed'
  }

  /** Ends a watch whose right has ended. */
  #check(watch: Watch, leaf = Math.max(watch.lo, leafAt(this.#now() - SKEW_MS))): boolean {
    const { connection, stream } = watch
    if (watch.expires <= this.#now() || leaf > watch.hi) this.refuse(connection, stream, 'token_invalid')
    else if (!canRead(this.#state, connection.device, stream, leaf)) this.refuse(connection, stream, 'not_allowed')
    else return true
    return false
  }

  #show(watch: Watch, part: Framed, most: number): void {
    const { connection } = watch
    if (!this.#check(watch, part.leaf)) return
    const wanted = part.leaf >= watch.lo && !isDeleted(this.#state, watch.stream, part.leaf)
    if (!wanted || (watch.waits && !part.startsWithKey) || connection.waiting > most) {
      watch.waits = true
      this.#counters.dropped++
      return
    }
    watch.waits = false
    this.#counters.shown++
    this.#counters.shownBytes += part.frame.length
    connection.show(part.frame)
  }

  #unwatch(watch: Watch): void {
    const { connection, stream } = watch
    connection.watches.delete(stream)
    connection.wishes.delete(stream)
    const watched = this.#watched.get(stream)
    if (!watched?.watches.delete(watch)) return
    if (watched.watches.size === 0) this.#watched.delete(stream)
    this.#showViewers(stream, watched)
  }

  #showViewers(stream: StreamId, watched: Watched): void {
    const shown = [...new Set([...watched.watches].map(({ connection }) => connection.device))].sort().join(' ')
    if (shown === watched.shown) return
    watched.shown = shown
    const recorder = this.#state.streams.get(stream)?.recorder
    for (const connection of (recorder && this.#connections.get(recorder)) ?? [])
      connection.say({ type: 'viewers', stream, devices: devicesIn(shown) })
  }
}

const devicesIn = (shown: string): string[] => (shown === '' ? [] : shown.split(' '))
