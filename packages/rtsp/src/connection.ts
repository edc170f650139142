import { isIP, type Socket, connect as tcpConnect } from 'node:net'
import { TLSSocket, connect as tlsConnect } from 'node:tls'
import { authorise, type Challenge, chooseChallenge } from './digest.ts'
import { RtspError } from './errors.ts'
import { forget, rest } from './gather.ts'
import { TIMES } from './limits.ts'
import { formatMessage, header, type RtspMessage, statusOf } from './message.ts'
import type { RtspUrl } from './url.ts'
import { interleave, WireReader } from './wire.ts'

/** Further authorities (PEM) that an encrypted camera is believed by. A certificate of its own is believed by the pin in its address only. */
export type TlsTrust = { readonly ca?: string }

const READ_BUFFER = 256 * 1024

type Waiting = { readonly resolve: (message: RtspMessage) => void; readonly reject: (error: Error) => void }

/** One control connection: requests in order, answers by CSeq, authorisation, interleaved frames. */
export class RtspConnection {
  readonly #url: RtspUrl
  readonly #onFrame: (channel: number, payload: Buffer) => void
  readonly #onEnd: (error: RtspError) => void
  readonly #waiting = new Map<number, Waiting>()
  #socket: Socket | null = null
  #sequence = 0
  #challenge: Challenge | null = null
  #nonceCount = 0
  #ended = false
  session: string | null = null
  /** Read rarely and much at a time; see [Note: many packets, one read]. For while it plays: answers should come at once. */
  gather = false
  /** When the last byte came, ms of performance.now(). */
  lastByte = 0

  constructor(url: RtspUrl, onFrame: (channel: number, payload: Buffer) => void, onEnd: (error: RtspError) => void) {
    this.#url = url
    this.#onFrame = onFrame
    this.#onEnd = onEnd
  }

  get localAddress(): string {
    return this.#socket?.localAddress ?? '127.0.0.1'
  }

  get remoteAddress(): string {
    return this.#socket?.remoteAddress ?? this.#url.host
  }

  async open(trust: TlsTrust, timeoutMs: number = TIMES.connectMs): Promise<void> {
    const reader = new WireReader(this.#onFrame, message => this.#answer(message))
    const take = (chunk: Buffer): void => {
      this.lastByte = performance.now()
      try {
        reader.push(chunk)
      } catch (error) {
        this.end(error instanceof RtspError ? error : new RtspError('protocol', String(error)))
      }
    }
    const { host, port, tls } = this.#url
    const made = tls ? this.#overTls(trust) : this.#overTcp(take)
    // Known at once, so that an abort while it connects closes it.
    this.#socket = made
    if (this.#ended) made.destroy()
    const socket = await new Promise<Socket>((resolve, reject) => {
      const timer = setTimeout(() => {
        made.destroy()
        reject(new RtspError('timeout', `${host}:${port}`))
      }, timeoutMs)
      const fail = (error: RtspError): void => {
        clearTimeout(timer)
        made.destroy()
        reject(error)
      }
      made.once(tls ? 'secureConnect' : 'connect', () => {
        const doubt = made instanceof TLSSocket ? this.#doubt(made) : null
        if (doubt !== null) return fail(new RtspError('tls', doubt))
        clearTimeout(timer)
        return resolve(made)
      })
      made.once('error', error => fail(connectError(error, tls)))
      made.once('close', () => fail(new RtspError('closed')))
    })
    if (tls) socket.on('data', take)
    socket.setNoDelay(true)
    socket.removeAllListeners('error').on('error', error => this.end(new RtspError('closed', error.message)))
    socket.removeAllListeners('close').once('close', () => this.end(new RtspError('closed')))
    this.lastByte = performance.now()
  }

  #overTcp(take: (chunk: Buffer) => void): Socket {
    const { host, port } = this.#url
    // One buffer for all reads: everything that is kept is copied out of it.
    const buffer = Buffer.allocUnsafe(READ_BUFFER)
    const callback = (length: number): boolean => {
      take(buffer.subarray(0, length))
      // A full buffer means that more is waiting already.
      if (!this.gather || length === READ_BUFFER || this.#ended) return true
      rest(socket)
      return false
    }
    const socket: Socket = tcpConnect({ host, port, onread: { buffer, callback } })
    return socket
  }

  /** The certificate is judged in `#doubt`, before a byte is sent: a refusal can then say which one it was. */
  #overTls({ ca }: TlsTrust): Socket {
    const { host, port } = this.#url
    const servername = isIP(host) === 0 ? host : undefined
    return tlsConnect({ host, port, servername, rejectUnauthorized: false, ca })
  }

  /** Why the certificate is not believed, or null. With a pin it must be that one and nothing else counts. */
  #doubt(socket: TLSSocket): string | null {
    const found = socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase()
    if (found === undefined) return 'no certificate'
    const { pin } = this.#url
    if (pin !== null) return found === pin ? null : `the certificate is not the pinned one: #sha256=${found}`
    if (socket.authorized) return null
    return `nobody vouches for its certificate; if it is your camera's, add #sha256=${found} to its address`
  }

  /** Sends a request and authorises it when the camera asks. @throws RtspError */
  async request(method: string, uri: string, headers: Readonly<Record<string, string>> = {}): Promise<RtspMessage> {
    const first = await this.#send(method, uri, headers)
    if (statusOf(first) !== 401) return first
    const challenge = chooseChallenge(first.headers.get('www-authenticate') ?? [])
    if (this.#url.user === null) throw new RtspError('password_needed')
    if (!challenge) throw new RtspError('protocol', 'unknown kind of password question')
    // The same question again after an answer means: wrong, unless the nonce only got old.
    if (this.#challenge && this.#nonceCount > 0 && this.#challenge.nonce === challenge.nonce && !challenge.stale)
      throw new RtspError('wrong_password')
    this.#challenge = challenge
    this.#nonceCount = 0
    const second = await this.#send(method, uri, headers)
    if (statusOf(second) === 401 || statusOf(second) === 403) throw new RtspError('wrong_password')
    return second
  }

  async #send(method: string, uri: string, headers: Readonly<Record<string, string>>): Promise<RtspMessage> {
    const sequence = ++this.#sequence
    const { user, password } = this.#url
    const all: Record<string, string> = { CSeq: String(sequence), 'User-Agent': 'Hausrecht', ...headers }
    if (this.#challenge && user !== null)
      all.Authorization = authorise(this.#challenge, { user, password }, { method, uri }, ++this.#nonceCount)
    if (this.session) all.Session = this.session
    const text = formatMessage(`${method} ${uri} RTSP/1.0`, all)
    return new Promise((resolve, reject) => {
      if (this.#ended || !this.#socket) return reject(new RtspError('closed'))
      const timer = setTimeout(() => {
        this.#waiting.delete(sequence)
        reject(new RtspError('timeout', method))
      }, TIMES.answerMs)
      const settle =
        <T>(fn: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer)
          this.#waiting.delete(sequence)
          fn(value)
        }
      this.#waiting.set(sequence, { resolve: settle(resolve), reject: settle(reject) })
      this.#socket.write(text)
    })
  }

  #answer(message: RtspMessage): void {
    // Cameras may ask things too (GET_PARAMETER, ANNOUNCE): nothing of that changes what we do.
    if (!message.start.startsWith('RTSP/')) return
    const sequence = Number(header(message, 'cseq'))
    const waiting =
      this.#waiting.get(sequence) ?? (this.#waiting.size === 1 ? [...this.#waiting.values()][0] : undefined)
    waiting?.resolve(message)
  }

  sendFrame(channel: number, payload: Uint8Array): void {
    this.#socket?.write(interleave(channel, payload))
  }

  end(error: RtspError): void {
    if (this.#ended) return
    this.#ended = true
    for (const { reject } of [...this.#waiting.values()]) reject(error)
    if (this.#socket) forget(this.#socket)
    this.#socket?.destroy()
    this.#onEnd(error)
  }
}

function connectError(error: NodeJS.ErrnoException, tls: boolean): RtspError {
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new RtspError('unknown_host')
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return new RtspError('unreachable', error.code)
    case 'ETIMEDOUT':
      return new RtspError('timeout')
    default:
      return tls ? new RtspError('tls', error.message) : new RtspError('unreachable', error.code ?? error.message)
  }
}
