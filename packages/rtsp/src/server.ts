import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { randomHex } from './digest.ts'
import { isAnswer, type Login, question } from './login.ts'
import { formatMessage, header, type RtspMessage } from './message.ts'
import { packetiseAac, packetiseH264, packetiseH265, packetisePlain } from './packetise.ts'
import { senderReport } from './rtcp.ts'
import { formatRtp } from './rtp.ts'
import { describe, type Faults, type FrameSource, type ServedFrame, type ServedTrack } from './served.ts'
import { interleave, WireReader } from './wire.ts'

export type { Login } from './login.ts'
export type { Faults, FrameSource, ServedFrame, ServedTrack } from './served.ts'

export type ServerConfig = {
  readonly host?: string
  /** 0 takes a free port. */
  readonly port: number
  /** By path, with its leading slash. */
  readonly mounts: Readonly<Record<string, FrameSource>>
  readonly login?: Login
  readonly transports?: readonly ('tcp' | 'udp')[]
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly faults?: Faults
}

export type RtspServer = {
  readonly port: number
  readonly url: string
  readonly faults: Faults
  clients(): number
  /** Cuts every connection, as a pulled plug does. */
  drop(): void
  close(): Promise<void>
}

const PACKETISE = {
  h264: packetiseH264,
  h265: packetiseH265,
  aac: packetiseAac,
  opus: packetisePlain,
  pcma: packetisePlain,
  pcmu: packetisePlain,
} as const
const REPORT_MS = 2000
/** A client that does not read is cut at so many waiting bytes. */
const BACKLOG_MAX = 16 * 1024 * 1024

/** A small RTSP server: the sample camera, and the place where tests break things. @throws Error when the port is taken */
export async function startRtspServer(config: ServerConfig): Promise<RtspServer> {
  const faults: Faults = { ...config.faults }
  const clients = new Set<Client>()
  const nonce = randomHex(12)
  const accept = (socket: Socket): void => {
    const client = new Client(socket, { config, faults, nonce }, () => clients.delete(client))
    clients.add(client)
  }
  const server: Server = config.tls
    ? createTlsServer({ cert: config.tls.cert, key: config.tls.key }, accept)
    : createServer(accept)
  const host = config.host ?? '127.0.0.1'
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, host, () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : config.port
  const drop = (): void => {
    for (const client of [...clients]) client.end()
  }
  return {
    port,
    url: `${config.tls ? 'rtsps' : 'rtsp'}://${host}:${port}`,
    faults,
    clients: () => clients.size,
    drop,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        drop()
      }),
  }
}

type Context = { readonly config: ServerConfig; readonly faults: Faults; readonly nonce: string }
type Lane = {
  readonly channel: number
  readonly udp: { readonly socket: UdpSocket; readonly port: number } | null
  readonly ssrc: number
  sequence: number
  packets: number
  octets: number
  lastReport: number
  began: { readonly now: number; readonly rtpTime: number } | null
  held: Buffer | null
}

class Client {
  readonly #socket: Socket
  readonly #context: Context
  readonly #onEnd: () => void
  readonly #lanes = new Map<number, Lane>()
  readonly #session = randomHex(8)
  #source: FrameSource | null = null
  #playing: { stop(): void } | null = null
  #ended = false

  constructor(socket: Socket, context: Context, onEnd: () => void) {
    this.#socket = socket
    this.#context = context
    this.#onEnd = onEnd
    const reader = new WireReader(
      () => undefined,
      message => void this.#request(message).catch(() => this.end()),
    )
    socket.setNoDelay(true)
    socket.on('data', chunk => {
      try {
        reader.push(chunk)
      } catch {
        this.end()
      }
    })
    socket.on('error', () => this.end())
    socket.once('close', () => this.end())
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#playing?.stop()
    for (const lane of this.#lanes.values()) lane.udp?.socket.close()
    this.#socket.destroy()
    this.#onEnd()
  }

  #reply(message: RtspMessage, status: string, headers: Record<string, string> = {}, body = ''): void {
    if (this.#context.faults.stall) return
    this.#socket.write(
      formatMessage(
        `RTSP/1.0 ${status}`,
        { CSeq: header(message, 'cseq') ?? '0', Server: 'Hausrecht', ...headers },
        body,
      ),
    )
  }

  async #request(message: RtspMessage): Promise<void> {
    const [method = '', uri = ''] = message.start.split(' ')
    if (method === 'OPTIONS')
      return this.#reply(message, '200 OK', { Public: 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER' })
    const { config, nonce } = this.#context
    const given = header(message, 'authorization') ?? ''
    if (config.login && !isAnswer(config.login, nonce, given, method)) return this.#ask(message)
    const session = { Session: `${this.#session};timeout=60` }
    switch (method) {
      case 'DESCRIBE':
        return this.#describe(message, uri)
      case 'SETUP':
        return this.#setUp(message, uri)
      case 'PLAY':
        this.#reply(message, '200 OK', session)
        this.#play()
        return
      case 'GET_PARAMETER':
      case 'SET_PARAMETER':
        return this.#reply(message, '200 OK', session)
      case 'TEARDOWN':
        this.#reply(message, '200 OK', session)
        this.#socket.end()
        return
      default:
        return this.#reply(message, '501 Not Implemented')
    }
  }

  #ask(message: RtspMessage): void {
    const { config, nonce } = this.#context
    if (config.login) this.#reply(message, '401 Unauthorized', { 'WWW-Authenticate': question(config.login, nonce) })
  }

  #mount(uri: string): FrameSource | null {
    const path =
      uri
        .replace(/^rtsps?:\/\/[^/]+/i, '')
        .replace(/\/track[0-9]+$/, '')
        .replace(/\/$/, '') || '/'
    return this.#context.config.mounts[path] ?? null
  }

  #describe(message: RtspMessage, uri: string): void {
    const source = this.#mount(uri)
    if (!source) {
      this.#reply(message, '404 Not Found')
      return
    }
    const base = uri.endsWith('/') ? uri : `${uri}/`
    this.#reply(message, '200 OK', { 'Content-Type': 'application/sdp', 'Content-Base': base }, describe(source.tracks))
  }

  async #setUp(message: RtspMessage, uri: string): Promise<void> {
    const source = this.#mount(uri)
    const index = Number(/track([0-9]+)$/.exec(uri)?.[1])
    if (!source?.tracks[index]) return this.#reply(message, '404 Not Found')
    const wish = header(message, 'transport') ?? ''
    const tcp = /RTP\/AVP\/TCP/i.test(wish)
    if (!(this.#context.config.transports ?? ['tcp', 'udp']).includes(tcp ? 'tcp' : 'udp'))
      return this.#reply(message, '461 Unsupported Transport')
    this.#source = source
    const base = {
      ssrc: Number.parseInt(randomHex(4), 16),
      sequence: Number.parseInt(randomHex(2), 16),
      packets: 0,
      octets: 0,
      lastReport: 0,
      began: null,
      held: null,
    }
    const session = { Session: `${this.#session};timeout=60` }
    if (tcp) {
      const channel = Number(/interleaved=([0-9]+)/.exec(wish)?.[1] ?? index * 2)
      this.#lanes.set(index, { ...base, channel, udp: null })
      return this.#reply(message, '200 OK', {
        ...session,
        Transport: `RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`,
      })
    }
    const port = Number(/client_port=([0-9]+)/.exec(wish)?.[1])
    if (!(port > 0)) return this.#reply(message, '461 Unsupported Transport')
    const socket = createSocket('udp4')
    await new Promise<void>(resolve => socket.bind(0, this.#socket.localAddress, resolve))
    socket.on('error', () => undefined)
    this.#lanes.set(index, { ...base, channel: -1, udp: { socket, port } })
    const own = socket.address().port
    this.#reply(message, '200 OK', {
      ...session,
      Transport: `RTP/AVP;unicast;client_port=${port}-${port + 1};server_port=${own}-${own + 1}`,
    })
  }

  #play(): void {
    const source = this.#source
    if (!source || this.#playing) return
    this.#playing = source.play(frame => {
      const lane = this.#lanes.get(frame.track)
      const track = source.tracks[frame.track]
      if (lane && track) this.#send(lane, track, frame)
    })
  }

  #send(lane: Lane, track: ServedTrack, frame: ServedFrame): void {
    const { faults } = this.#context
    if (faults.stall || this.#ended) return
    if (this.#socket.writableLength > BACKLOG_MAX) {
      this.end()
      return
    }
    const timestamp = (frame.rtpTime + (faults.clockJump ?? 0)) >>> 0
    const now = Date.now()
    // Clients take their times from reports: they must not tremble with the moment of sending.
    lane.began ??= { now, rtpTime: frame.rtpTime }
    const captured = frame.captured ?? lane.began.now + ((frame.rtpTime - lane.began.rtpTime) * 1000) / track.clockRate
    if (!faults.noReports && now - lane.lastReport > REPORT_MS) {
      lane.lastReport = now
      this.#write(lane, 1, senderReport(lane.ssrc, captured, timestamp, lane.packets, lane.octets))
    }
    const payloads = PACKETISE[track.codec](frame.data)
    this.#socket.cork()
    for (const [i, payload] of payloads.entries()) {
      const sequence = lane.sequence++
      lane.packets++
      lane.octets += payload.length
      if (faults.loss && Math.random() < faults.loss) continue
      const marker = i === payloads.length - 1 && !faults.noMarker
      const packet = formatRtp({
        payloadType: track.payloadType,
        marker,
        sequence,
        timestamp,
        ssrc: lane.ssrc,
        payload,
      })
      this.#inOrderOrNot(lane, packet)
    }
    this.#socket.uncork()
  }

  #inOrderOrNot(lane: Lane, packet: Buffer): void {
    if (!this.#context.faults.reorder) this.#write(lane, 0, packet)
    else if (lane.held) {
      this.#write(lane, 0, packet)
      this.#write(lane, 0, lane.held)
      lane.held = null
    } else lane.held = packet
  }

  #write(lane: Lane, offset: 0 | 1, packet: Buffer): void {
    if (lane.udp) lane.udp.socket.send(packet, lane.udp.port + offset, this.#socket.remoteAddress)
    else this.#socket.write(interleave(lane.channel + offset, packet))
  }
}
