import { generationOf } from '@hausrecht/chain/rights'
import { isErrorCode } from '@hausrecht/contract/errors'
import type { StreamId } from '@hausrecht/crypto/ids'
import { leafOf, leafStart } from '@hausrecht/keytree/leaf'
import { decodeHeader } from '@hausrecht/media/segment/header'
import { KINDS } from '@hausrecht/media/segment/kinds'
import type { MediaPayload } from '@hausrecht/media/segment/payload'
import { Accesses } from './accesses.ts'
import { ClientError } from './errors.ts'
import { streamOf } from './household.ts'
import { pause } from './http-call.ts'
import { explain, openSegment } from './open.ts'
import type { OpenDevice } from './open-device.ts'
import type { Relay } from './relay.ts'
import { VaultError } from './vault-error.ts'

/** How far ahead a logged access for watching reaches, ms: it says "live, until then". */
export const WATCH_AHEAD_MS = 10 * 60_000
/**
 * And how far back, ms: the clocks of hub and viewer differ, and who comes second gets the parts since the newest key frame. Parts of
 * leaves before the access are not relayed.
 */
const WATCH_BACK_MS = 30_000
/** A new access is asked for this long before the old one ends, ms. */
const RENEW_BEFORE_MS = 90_000
/** Between two attempts to be let watch, ms. */
const ASK_AGAIN_MS = 700
/** A live part is for now: its leaf may be this far off, ms (clocks of hub and viewer differ, parts wait in the relay). */
export const LIVE_OFF_MS = 120_000

export type LivePart = Omit<MediaPayload, 'type'> & { readonly stream: StreamId }

export type Watching = {
  /** Parts in order; ones that were shown before or do not open are left out and counted. */
  readonly onPart: (part: LivePart) => void
  /** The vault refused, said something false about the access, or changed a part on its way. It goes on. */
  readonly onProblem: (error: unknown) => void
}

type Watch = {
  readonly listeners: Set<Watching>
  readonly stop: AbortController
  /** Parts since the newest key frame, for whoever comes later. */
  recent: LivePart[]
  /** Sequence number of the newest part; −1 before the first. */
  last: number
}

/**
 * Watches streams as they are recorded. Each watch is in the log before the vault relays a part, and is renewed while it lasts. A part
 * is taken only if it was sealed for this stream, its generation and about now.
 */
export class LiveWatcher {
  readonly #device: OpenDevice
  readonly #relay: () => Relay
  readonly #accesses: Accesses
  readonly #watches = new Map<StreamId, Watch>()
  #work: Promise<void> = Promise.resolve()
  /** Parts that did not open or were not for now. */
  refused = 0

  constructor(device: OpenDevice, relay: () => Relay) {
    this.#device = device
    this.#relay = relay
    this.#accesses = new Accesses(device, ({ lo }) => ({
      lo: Math.min(lo, Math.max(this.#entitledFrom(), leafOf(leafStart(lo) - WATCH_BACK_MS))),
      hi: leafOf(leafStart(lo) + WATCH_AHEAD_MS),
    }))
  }

  /** The first leaf that this device may be given. */
  #entitledFrom(): number {
    return this.#device.chain.state.devices.get(this.#device.id)?.entitlement.from ?? 0
  }

  /** @returns what ends this watching; several may watch one stream */
  watch(stream: StreamId, watching: Watching): () => void {
    const known = this.#watches.get(stream)
    const watch: Watch = known ?? { listeners: new Set(), stop: new AbortController(), recent: [], last: -1 }
    watch.listeners.add(watching)
    for (const part of watch.recent) watching.onPart(part)
    if (known === undefined) {
      this.#watches.set(stream, watch)
      void this.#keepUp(stream, watch)
    }
    return () => {
      watch.listeners.delete(watching)
      if (watch.listeners.size > 0 || this.#watches.get(stream) !== watch) return
      watch.stop.abort()
      this.#watches.delete(stream)
      this.#relay().unwatch(stream)
    }
  }

  /** The line is back: what is watched is asked for again. */
  again(): void {
    for (const [stream, watch] of this.#watches) void this.#ask(stream, watch).catch(error => problem(watch, error))
  }

  /** A part from the relay. Opened one after the other, so that order stays. */
  receive(object: Uint8Array): void {
    this.#work = this.#work
      .then(() => this.#open(object))
      .catch((error: unknown) => {
        this.refused++
        this.#tell(object, error)
      })
  }

  refusedBy(stream: StreamId, code: string): void {
    const watch = this.#watches.get(stream)
    // A token that ran out in this moment is renewed by `#keepUp`.
    if (watch === undefined || code === 'token_invalid') return
    problem(watch, new VaultError(isErrorCode(code) ? code : 'bad_answer', 'The vault does not pass the stream on.'))
    // Nothing is lost by asking again: the access is in the log already.
    const { signal } = watch.stop
    void pause(ASK_AGAIN_MS, signal)
      .then(() => this.#ask(stream, watch))
      .catch(error => {
        if (!signal.aborted) problem(watch, error)
      })
  }

  /** Parts that come twice or belong to a generation that is not known yet are nobody's lie; one that was changed is. */
  #tell(object: Uint8Array, thrown: unknown): void {
    const error = explain(thrown)
    if (!(error instanceof ClientError) || !isChanged(error)) return
    const named = streamIn(object)
    for (const [stream, watch] of this.#watches) if (named === null || named === stream) problem(watch, error)
  }

  async #keepUp(stream: StreamId, watch: Watch): Promise<void> {
    const { signal } = watch.stop
    while (!signal.aborted) {
      try {
        const expires = await this.#ask(stream, watch)
        const wait = Math.max(ASK_AGAIN_MS, expires - RENEW_BEFORE_MS - this.#device.clock.now())
        await pause(wait, signal).catch(() => undefined)
      } catch (error) {
        if (signal.aborted) return
        problem(watch, error)
        await pause(ASK_AGAIN_MS, signal).catch(() => undefined)
      }
    }
  }

  async #ask(stream: StreamId, watch: Watch): Promise<number> {
    const now = this.#device.clock.now()
    const range = { lo: leafOf(now), hi: leafOf(now + RENEW_BEFORE_MS) }
    const access = await this.#accesses.for(stream, range, watch.stop.signal)
    if (!watch.stop.signal.aborted) this.#relay().watch(stream, access.token)
    return access.expires
  }

  async #open(object: Uint8Array): Promise<void> {
    const { household, chain, keys, clock } = this.#device
    const { header } = decodeHeader(object)
    const { stream, leaf, generation } = header
    const watch = this.#watches.get(stream)
    if (watch === undefined) return
    const kind = streamOf(this.#device, stream).kind === 'audio' ? KINDS.liveAudio : KINDS.liveVideo
    const known = chain.state.streams.get(stream)
    if (known === undefined || generationOf(known, leaf) !== generation)
      throw new ClientError('object_mismatch', 'generation')
    if (Math.abs(leafStart(leaf) - clock.now()) > LIVE_OFF_MS) throw new ClientError('object_mismatch', 'leaf')
    const asked = { household, stream, generation, leaf, object: header.object, kind }
    const { payload } = await openSegment(asked, keys, object)
    if (payload.type !== 'media') throw new ClientError('object_mismatch', 'kind')
    // Repeated or turned back by whoever relays it.
    if (payload.sequence <= watch.last) throw new ClientError('object_mismatch', 'sequence')
    const follows = watch.last >= 0 && payload.sequence === watch.last + 1
    if (!payload.startsWithKey && !follows) return
    const { type: _, ...fields } = payload
    const part = { ...fields, discontinuity: fields.discontinuity || (!follows && watch.last >= 0), stream }
    watch.last = payload.sequence
    watch.recent = part.startsWithKey ? [part] : [...watch.recent, part]
    for (const { onPart } of watch.listeners) onPart(part)
  }
}

/** What only somebody between recorder and here can have caused. */
function isChanged({ code, detail }: ClientError): boolean {
  if (code === 'object_mismatch') return detail === 'household' || detail === 'kind'
  return code.startsWith('damaged_')
}

/** The stream that a part names; null when nobody can tell. */
function streamIn(object: Uint8Array): StreamId | null {
  try {
    return decodeHeader(object).header.stream
  } catch {
    return null
  }
}

function problem(watch: Watch, error: unknown): void {
  for (const { onProblem } of watch.listeners) onProblem(error)
}
