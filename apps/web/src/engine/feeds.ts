import type { Accesses } from '@hausrecht/client/accesses'
import { readRange } from '@hausrecht/client/read'
import type { Finding as RangeFinding } from '@hausrecht/client/sequence'
import type { StreamId } from '@hausrecht/crypto/ids'
import { leafStart } from '@hausrecht/keytree/leaf'
import { Retimer } from '@hausrecht/media/mp4/retime'
import type { CameraView, Feed, FeedEvent, FeedOptions, Finding, Listener, MediaPart } from './api.ts'
import { EngineError, toEngineError } from './errors.ts'
import { toPart } from './parts.ts'
import { Pull } from './pull.ts'
import type { Session } from './session.ts'

/** What a feed may give before anybody asks, ms. */
export const FIRST_WANT_MS = 10_000
/** Played in pieces of this length: a look into the log and the index for each, ms. */
export const PIECE_MS = 5 * 60_000
/** Segments before the moment that is played from: the one it is in, and the one before in case leaves ran ahead. */
const LEAD = 2
const IN_FLIGHT = 3
/** So young, nothing is missing yet: it is recorded, sealed and sent, ms. */
const ON_ITS_WAY_MS = 30_000

type Streams = { readonly video: StreamId; readonly audio: StreamId | null }

const streamsOf = (camera: CameraView, { sound, small }: FeedOptions): Streams => ({
  video: small && camera.sub !== null ? camera.sub : camera.id,
  audio: sound ? camera.audio : null,
})

/** Parts of a range, picture and sound side by side, each as far ahead as it is wanted. */
export function play(
  session: Session,
  accesses: Accesses,
  camera: CameraView,
  options: FeedOptions & { readonly from: number; readonly to: number },
  listener: Listener<FeedEvent>,
): Feed {
  const stop = new AbortController()
  const { signal } = stop
  const streams = streamsOf(camera, options)
  const pulls: Pull[] = []
  const run = async (track: MediaPart['track'], stream: StreamId): Promise<void> => {
    const pull = new Pull(FIRST_WANT_MS)
    const retimer = new Retimer(options.origin)
    pulls.push(pull)
    for (let from = options.from; from < options.to && !signal.aborted; from += PIECE_MS) {
      const to = Math.min(options.to, from + PIECE_MS)
      const lead = from === options.from ? LEAD : 0
      const items = readRange(session.device, { stream, from, to, signal, lead, inFlight: IN_FLIGHT, accesses })
      for await (const item of items) {
        if (signal.aborted) return
        if (item.type === 'finding') {
          if (track === 'video') tell(session, item.finding, listener)
          continue
        }
        listener({ type: 'part', part: toPart(track, item.segment, retimer) })
        pull.given(item.segment.startTime + item.segment.duration - options.from)
        await pull.room(signal)
      }
    }
  }
  void (async () => {
    try {
      const sound = streams.audio === null ? null : run('audio', streams.audio)
      await Promise.all([run('video', streams.video), sound])
      if (!signal.aborted) listener({ type: 'end', problem: null })
    } catch (error) {
      if (signal.aborted) return
      session.judge(error)
      const { code, detail } = toEngineError(error)
      listener({ type: 'end', problem: { code, detail } })
      stop.abort()
    }
  })()
  return {
    want: async ms => {
      for (const pull of pulls) pull.want(ms)
    },
    stop: async () => stop.abort(),
  }
}

/** Parts as they are recorded. */
export function watch(session: Session, camera: CameraView, options: FeedOptions, listener: Listener<FeedEvent>): Feed {
  if (!session.hasKeys) throw new EngineError('no_keys')
  const streams = streamsOf(camera, options)
  const { watcher } = session
  const watching = (track: MediaPart['track'], stream: StreamId): (() => void) => {
    const retimer = new Retimer(options.origin)
    return watcher.watch(stream, {
      onPart: part => {
        try {
          listener({ type: 'part', part: toPart(track, part, retimer) })
        } catch (error) {
          listener({
            type: 'finding',
            finding: { type: 'damaged', at: part.startTime, code: toEngineError(error).code },
          })
        }
      },
      onProblem: error => {
        const { code } = toEngineError(error)
        if (code.startsWith('damaged_') || code === 'object_mismatch')
          session.raise(`live ${stream}`, 'live_changed', code)
        else session.judge(error)
        listener({ type: 'finding', finding: { type: 'damaged', at: session.device.clock.now(), code } })
      },
    })
  }
  const ends = [watching('video', streams.video)]
  if (streams.audio !== null) ends.push(watching('audio', streams.audio))
  return {
    want: async () => undefined,
    stop: async () => {
      for (const end of ends) end()
    },
  }
}

function tell(session: Session, finding: RangeFinding, listener: Listener<FeedEvent>): void {
  // The newest segments are on their way from the hub.
  if (finding.type === 'nothing' && finding.to > session.device.clock.now() - ON_ITS_WAY_MS) return
  for (const told of toFindings(finding)) listener({ type: 'finding', finding: told })
  if (finding.type === 'damaged' && finding.code !== 'key_missing')
    session.raise(`object ${finding.object}`, finding.code, finding.detail ?? null)
  // The numbers inside the seals say that there was something.
  if (finding.type === 'missing' && finding.to < session.device.clock.now() - ON_ITS_WAY_MS)
    session.raise(`missing ${finding.from}`, 'withheld')
  if (finding.type === 'repeated' || finding.type === 'reordered') session.raise('reordered', 'reordered')
}

/** A reader's finding in the page's words. */
export function toFindings(finding: RangeFinding): readonly Finding[] {
  switch (finding.type) {
    case 'deleted':
      return [{ type: 'deleted', from: finding.from, to: finding.to, at: finding.at, by: finding.by }]
    case 'expired':
      return [{ type: 'deleted', from: finding.from, to: finding.to, at: finding.to, by: null }]
    case 'gap':
      return [{ type: 'gap', from: finding.from, to: finding.to, reason: finding.reason }]
    case 'missing':
      return [{ type: 'missing', from: finding.from, to: finding.to }]
    case 'nothing':
      return finding.proven ? [] : [{ type: 'unaccounted', from: finding.from, to: finding.to }]
    case 'damaged':
      return [{ type: 'damaged', at: leafStart(finding.leaf), code: finding.code }]
    case 'repeated':
    case 'reordered':
      return [{ type: 'damaged', at: leafStart(finding.leaf), code: finding.type }]
  }
}
