import { RtspConnection } from './connection.ts'
import { RtspError } from './errors.ts'
import { TIMES } from './limits.ts'
import { checkStatus, header, statusOf } from './message.ts'
import { Reorder } from './reorder.ts'
import { isRtcp, parseSenderReports, receiverReport } from './rtcp.ts'
import { parseRtp } from './rtp.ts'
import { parseSdp, type Sdp } from './sdp.ts'
import type { RtspEvents, RtspOptions, RtspSession } from './session.ts'
import { chooseTracks, Track } from './track.ts'
import { type UdpPair, udpPair } from './udp.ts'
import { parseRtspUrl, resolveControl } from './url.ts'

export type { RtspEvents, RtspOptions, RtspSession } from './session.ts'

type Lane = {
  readonly track: Track
  readonly control: string
  channel: number
  udp: UdpPair | null
  serverRtcp: number | null
}

/** Describes, sets up and plays a camera's stream: its first picture and its first sound that are supported. @throws RtspError */
export async function openRtsp(address: string, events: RtspEvents, options: RtspOptions = {}): Promise<RtspSession> {
  const session = new Session(address, events, options)
  return session.open()
}

/** Only asks what there is. @throws RtspError */
export async function describeRtsp(address: string, options: RtspOptions = {}): Promise<Sdp> {
  const session = new Session(address, { onUnit: () => undefined, onEnd: () => undefined }, options)
  return session.describeOnly()
}

class Session {
  readonly #events: RtspEvents
  readonly #options: RtspOptions
  readonly #connection: RtspConnection
  readonly #lanes: Lane[] = []
  readonly #now: () => number
  readonly #href: string
  readonly #ssrc = Math.floor(Math.random() * 2 ** 32)
  #base: string
  /** What PLAY, keep-alive and TEARDOWN are for: all tracks together. */
  #aggregate: string
  #timers: NodeJS.Timeout[] = []
  #closed = false
  #playing = false
  #lastMedia = 0
  #keepAlive = 'OPTIONS'

  constructor(address: string, events: RtspEvents, options: RtspOptions) {
    const url = parseRtspUrl(address)
    this.#events = events
    this.#options = options
    this.#href = url.href
    this.#base = url.href
    this.#aggregate = url.href
    this.#now = options.clock ? () => options.clock?.now() ?? 0 : () => Date.now()
    this.#connection = new RtspConnection(
      url,
      (channel, payload) => this.#frame(channel, payload),
      error => this.#end(error),
    )
    options.signal?.addEventListener('abort', this.#abort, { once: true })
  }

  readonly #abort = (): void => this.#connection.end(new RtspError('closed', 'aborted'))

  async describeOnly(): Promise<Sdp> {
    try {
      return await this.#describe()
    } finally {
      this.#shut()
    }
  }

  async open(): Promise<RtspSession> {
    try {
      const description = await this.#describe()
      this.#choose(description)
      const transport = await this.#setUp()
      await this.#play()
      return {
        tracks: this.#lanes.map(lane => lane.track.info),
        transport,
        description,
        counters: () => this.#count(),
        close: () => this.#close(),
      }
    } catch (error) {
      this.#shut()
      throw error
    }
  }

  async #describe(): Promise<Sdp> {
    if (this.#options.signal?.aborted) throw new RtspError('closed', 'aborted')
    await this.#connection.open(this.#options.tls ?? {}, this.#options.connectMs)
    const offers = await this.#connection.request('OPTIONS', this.#href)
    if (/GET_PARAMETER/i.test(header(offers, 'public') ?? '')) this.#keepAlive = 'GET_PARAMETER'
    const answer = await this.#connection.request('DESCRIBE', this.#href, { Accept: 'application/sdp' })
    checkStatus(statusOf(answer))
    this.#base = header(answer, 'content-base') ?? header(answer, 'content-location') ?? this.#href
    if (!/^rtsps?:\/\//i.test(this.#base)) this.#base = resolveControl(this.#href, this.#base)
    const description = parseSdp(Buffer.from(answer.body).toString('utf8'))
    this.#aggregate = resolveControl(this.#base, description.control)
    return description
  }

  #choose(description: Sdp): void {
    for (const { media, info } of chooseTracks(description)) {
      const track = new Track(info, media, {
        onUnit: unit => this.#events.onUnit(info, unit),
        onParameters: sets => this.#events.onParameters?.(info, sets),
        ...(this.#events.allocate && { allocate: this.#events.allocate }),
      })
      this.#lanes.push({
        track,
        control: resolveControl(this.#aggregate, media.control),
        channel: this.#lanes.length * 2,
        udp: null,
        serverRtcp: null,
      })
    }
  }

  async #setUp(): Promise<'tcp' | 'udp'> {
    const wish = this.#options.transport ?? 'auto'
    if (wish !== 'udp') {
      if (await this.#setUpTcp()) return 'tcp'
      if (wish === 'tcp') throw new RtspError('no_transport', 'TCP refused')
    }
    for (const lane of this.#lanes) await this.#setUpUdp(lane)
    return 'udp'
  }

  /** False when the camera has no TCP (461). */
  async #setUpTcp(): Promise<boolean> {
    for (const lane of this.#lanes) {
      const answer = await this.#connection.request('SETUP', lane.control, {
        Transport: `RTP/AVP/TCP;unicast;interleaved=${lane.channel}-${lane.channel + 1}`,
      })
      if (statusOf(answer) === 461) return false
      checkStatus(statusOf(answer))
      this.#remember(header(answer, 'session'))
      const channel = Number(/interleaved=([0-9]+)/.exec(header(answer, 'transport') ?? '')?.[1])
      if (Number.isInteger(channel)) lane.channel = channel
    }
    return true
  }

  async #setUpUdp(lane: Lane): Promise<void> {
    const pair = await udpPair(this.#connection.localAddress)
    lane.udp = pair
    const answer = await this.#connection.request('SETUP', lane.control, {
      Transport: `RTP/AVP;unicast;client_port=${pair.rtpPort}-${pair.rtpPort + 1}`,
    })
    if (statusOf(answer) === 461) throw new RtspError('no_transport')
    checkStatus(statusOf(answer))
    this.#remember(header(answer, 'session'))
    const ports = /server_port=([0-9]+)(?:-([0-9]+))?/.exec(header(answer, 'transport') ?? '')
    const [rtp, rtcp] = [Number(ports?.[1]), Number(ports?.[2])]
    lane.serverRtcp = rtcp > 0 ? rtcp : null
    const reorder = new Reorder((packet, arrival) => lane.track.push(packet, arrival))
    const from = this.#connection.remoteAddress
    pair.rtp.on('message', (bytes, sender) => {
      if (sender.address !== from) return
      this.#lastMedia = performance.now()
      const packet = isRtcp(bytes) ? null : parseRtp(bytes)
      if (packet) this.#guard(() => reorder.push(packet, this.#now()))
    })
    pair.rtcp.on('message', (bytes, sender) => {
      if (sender.address === from) this.#senderReports(bytes)
    })
    // Opens the way back through a firewall or NAT.
    if (rtp > 0) pair.rtp.send(Buffer.alloc(4), rtp, from)
  }

  /** `Session: id;timeout=60` */
  #remember(value: string | undefined): void {
    const [id, ...rest] = (value ?? '').split(';')
    if (!id) return
    this.#connection.session = id.trim()
    const seconds = Number(/timeout\s*=\s*([0-9]+)/i.exec(rest.join(';'))?.[1] ?? 60)
    this.#timeoutMs = Math.min(60, Math.max(10, seconds)) * 1000
  }
  #timeoutMs = 60_000

  async #play(): Promise<void> {
    this.#playing = true
    this.#lastMedia = performance.now()
    const answer = await this.#connection.request('PLAY', this.#aggregate, { Range: 'npt=0.000-' })
    checkStatus(statusOf(answer))
    this.#connection.gather = true
    const every = (ms: number, work: () => void): void => {
      const timer = setInterval(work, ms)
      timer.unref()
      this.#timers.push(timer)
    }
    every(this.#timeoutMs / 2, () => {
      // A camera that does not answer but sends is alive; one that does not send is noticed below.
      this.#connection.request(this.#keepAlive, this.#aggregate).catch(() => undefined)
    })
    every(TIMES.reportMs, () => this.#reports())
    const stall = this.#options.stallMs ?? TIMES.stallMs
    every(Math.max(50, stall / 4), () => {
      if (performance.now() - this.#lastMedia > stall) this.#connection.end(new RtspError('timeout', 'no media'))
    })
  }

  #frame(channel: number, payload: Buffer): void {
    if (!this.#playing) return
    this.#lastMedia = this.#connection.lastByte
    // Some cameras put RTCP on the channel of RTP, or on one that nobody asked for: what it is decides, not where it came.
    if (isRtcp(payload)) {
      this.#senderReports(payload)
      return
    }
    for (const lane of this.#lanes) {
      if (lane.channel !== channel) continue
      const packet = parseRtp(payload)
      if (packet) lane.track.push(packet, this.#now())
      return
    }
  }

  #senderReports(payload: Buffer): void {
    for (const report of parseSenderReports(payload)) {
      for (const { track } of this.#lanes) if (track.counters.ssrc === report.ssrc) track.report(report)
    }
  }

  #guard(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.#connection.end(error instanceof RtspError ? error : new RtspError('protocol', String(error)))
    }
  }

  #reports(): void {
    for (const { track, channel, udp, serverRtcp } of this.#lanes) {
      const { ssrc, highest, lost, packets } = track.counters
      if (packets === 0) continue
      const report = receiverReport(this.#ssrc, ssrc, highest, lost)
      if (!udp) this.#connection.sendFrame(channel + 1, report)
      else if (serverRtcp) udp.rtcp.send(report, serverRtcp, this.#connection.remoteAddress)
    }
  }

  #count(): { packets: number; lost: number; octets: number } {
    const sum = { packets: 0, lost: 0, octets: 0 }
    for (const { track } of this.#lanes) {
      sum.packets += track.counters.packets
      sum.lost += track.counters.lost
      sum.octets += track.counters.octets
    }
    return sum
  }

  #end(error: RtspError): void {
    if (this.#closed) return
    const wasPlaying = this.#playing
    this.#shut()
    if (wasPlaying) this.#events.onEnd(error)
  }

  async #close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#connection.gather = false
    // Politeness only: the camera frees its slot at once instead of after its timeout.
    await Promise.race([
      this.#connection.request('TEARDOWN', this.#aggregate).catch(() => undefined),
      new Promise(resolve => setTimeout(resolve, 500).unref()),
    ])
    this.#shut()
  }

  #shut(): void {
    this.#closed = true
    this.#playing = false
    this.#options.signal?.removeEventListener('abort', this.#abort)
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
    for (const lane of this.#lanes) {
      lane.udp?.close()
      lane.udp = null
    }
    this.#connection.end(new RtspError('closed'))
  }
}
