import { createSocket, type Socket } from 'node:dgram'
import { RtspError } from './errors.ts'

/** Two neighbouring UDP ports, the even one for RTP (RFC 3550 §11). */
export type UdpPair = {
  readonly rtpPort: number
  readonly rtp: Socket
  readonly rtcp: Socket
  close(): void
}

const FIRST = 16_384
const LAST = 32_768
const TRIES = 50
/** A key picture at 4K comes as several hundred packets at once. */
const RECEIVE_BUFFER = 2 * 1024 * 1024

const bind = (socket: Socket, port: number, host: string): Promise<boolean> =>
  new Promise(resolve => {
    socket.once('error', () => resolve(false))
    socket.bind({ port, address: host, exclusive: true }, () => resolve(true))
  })

/** @throws RtspError no_transport when no two ports are free */
export async function udpPair(host: string): Promise<UdpPair> {
  const family = host.includes(':') ? 'udp6' : 'udp4'
  for (let i = 0; i < TRIES; i++) {
    const rtpPort = FIRST + 2 * Math.floor(Math.random() * ((LAST - FIRST) / 2))
    const rtp = createSocket({ type: family, recvBufferSize: RECEIVE_BUFFER })
    const rtcp = createSocket({ type: family })
    const close = (): void => {
      rtp.removeAllListeners()
      rtcp.removeAllListeners()
      rtp.close()
      rtcp.close()
    }
    if ((await bind(rtp, rtpPort, host)) && (await bind(rtcp, rtpPort + 1, host))) {
      // Errors on a bound UDP socket (a port that closed on the other side) are no reason to stop.
      rtp.removeAllListeners('error').on('error', () => undefined)
      rtcp.removeAllListeners('error').on('error', () => undefined)
      return { rtpPort, rtp, rtcp, close }
    }
    try {
      close()
    } catch {
      // one of the two was never bound
    }
  }
  throw new RtspError('no_transport', 'no free UDP ports')
}
