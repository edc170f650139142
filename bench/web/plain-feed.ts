import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { aacConfig } from '../../packages/media/src/codec/aac.ts'
import { codecString } from '../../packages/media/src/codec/codec-string.ts'
import type { CodecConfig } from '../../packages/media/src/codec/config.ts'
import { h264Config } from '../../packages/media/src/codec/h264.ts'
import { buildFragment } from '../../packages/media/src/mp4/fragment.ts'
import { buildInit } from '../../packages/media/src/mp4/init.ts'
import { openRtsp } from '../../packages/rtsp/src/client.ts'
import type { TrackInfo } from '../../packages/rtsp/src/track.ts'
import type { Unit } from '../../packages/rtsp/src/unit.ts'
import { until } from '../../packages/testkit/src/until.ts'

/**
 * A program: a camera's stream, unsealed, to whoever connects: a message with the track (0 picture, 1 sound), then its init segment or a
 * fragment of no more than 120 ms. What a relay that sees everything would do. Argument: the camera's address.
 */
const PART_MS = 120

type Lane = {
  readonly track: TrackInfo
  readonly init: Uint8Array
  readonly mime: string
  units: Unit[]
  /** Since the newest key picture, for who comes next. */
  kept: Uint8Array[]
  origin: number | null
  count: number
}

const clients = new Set<{ send(data: Uint8Array): void }>()
const lanes = new Map<TrackInfo['kind'], Lane>()

function laneOf(track: TrackInfo): Lane {
  const known = lanes.get(track.kind)
  if (known) return known
  const config: CodecConfig =
    track.kind === 'video' ? h264Config(track.parameters.sps, track.parameters.pps) : aacConfig(track.audioConfig)
  const init = buildInit([{ trackId: 1, timescale: track.clockRate, config }])
  const mime = `${track.kind}/mp4; codecs="${codecString(config)}"`
  const lane: Lane = { track, init, mime, units: [], kept: [], origin: null, count: 0 }
  lanes.set(track.kind, lane)
  return lane
}

const message = (lane: Lane, bytes: Uint8Array): Uint8Array => {
  const out = new Uint8Array(1 + bytes.length)
  out[0] = lane.track.kind === 'video' ? 0 : 1
  out.set(bytes, 1)
  return out
}

/** Ticks of a part from its first frame on, when the next one comes at `next`. */
function give(lane: Lane, frameTicks: number): void {
  const [first] = lane.units
  if (!first || lane.origin === null) return
  const samples = lane.units.map(({ data, key }, i) => ({
    data,
    isSync: key,
    duration: Math.round(
      (lane.units[i + 1]?.rtpTime ?? (lane.units.at(-1)?.rtpTime ?? 0) + frameTicks) - (lane.units[i]?.rtpTime ?? 0),
    ),
    compositionOffset: 0,
  }))
  lane.count += 1
  const baseDecodeTime = Math.round(first.rtpTime - lane.origin)
  const part = message(lane, buildFragment({ sequence: lane.count, trackId: 1, baseDecodeTime, samples }))
  if (first.key) lane.kept = []
  lane.kept.push(part)
  lane.units = []
  for (const client of clients) client.send(part)
}

/** The presentation's 0 is a moment of the camera's clock that both tracks know. */
let zero: number | null = null

function take(track: TrackInfo, unit: Unit): void {
  const lane = laneOf(track)
  if (lane.origin === null) {
    if (unit.ntp === undefined || (track.kind === 'video' && !unit.key)) return
    zero ??= unit.ntp
    lane.origin = unit.rtpTime - ((unit.ntp - zero + 1000) * track.clockRate) / 1000
  }
  const frameTicks = track.kind === 'video' ? track.clockRate / 25 : 1024
  if (unit.key && track.kind === 'video') give(lane, frameTicks)
  lane.units.push(unit)
  const [first] = lane.units
  if (first && ((unit.rtpTime + 2 * frameTicks - first.rtpTime) * 1000) / track.clockRate > PART_MS)
    give(lane, frameTicks)
}

const [address] = process.argv.slice(2)
if (address === undefined) throw new Error('which camera?')
const session = await openRtsp(address, { onUnit: take, onEnd: () => process.exit(1) }, { transport: 'tcp' })
await until(() => session.tracks.every(({ kind }) => lanes.get(kind)?.kept.length), { what: 'pictures and sound' })
const server = createServer()
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', socket => {
  socket.send(JSON.stringify([...lanes.values()].map(({ mime }) => mime)))
  for (const lane of lanes.values()) {
    socket.send(message(lane, lane.init))
    for (const part of lane.kept) socket.send(part)
  }
  clients.add(socket)
  socket.on('close', () => clients.delete(socket))
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ port: (server.address() as AddressInfo).port })}\n`)
})
