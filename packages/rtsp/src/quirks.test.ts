import { type AddressInfo, createServer, type Socket } from 'node:net'
import { until } from '@hausrecht/testkit/until'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openRtsp, type RtspOptions } from './client.ts'
import type { RtspError } from './errors.ts'
import { formatMessage, header, type RtspMessage } from './message.ts'
import { receiverReport, senderReport } from './rtcp.ts'
import { formatRtp } from './rtp.ts'
import type { Unit } from './unit.ts'
import { interleave, WireReader } from './wire.ts'

/** What a camera answers: status, headers, body; or null for nothing at all. */
type Answer = { status?: string; headers?: Record<string, string>; body?: string } | null
type Asked = { method: string; uri: string; message: RtspMessage }
type Quirk = (asked: Asked, socket: Socket) => Answer | undefined

const SDP = 'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n'
const closers: (() => void | Promise<void>)[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const close of closers.splice(0).reverse()) await close()
})

/** A camera of which each answer can be bent; what is not bent is as it should be. */
async function camera(quirk: Quirk = () => undefined) {
  const asked: Asked[] = []
  const sockets = new Set<Socket>()
  const usual = ({ method, message }: Asked): Answer => {
    if (method === 'DESCRIBE') return { body: SDP }
    if (method === 'SETUP')
      return { headers: { Session: 'abc;timeout=60', Transport: header(message, 'transport') ?? '' } }
    return { headers: { Public: 'OPTIONS, DESCRIBE, GET_PARAMETER' } }
  }
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    const reader = new WireReader(
      () => {},
      message => {
        const [method = '', uri = ''] = message.start.split(' ')
        const one = { method, uri, message }
        asked.push(one)
        const bent = quirk(one, socket)
        const answer = bent === undefined ? usual(one) : bent
        if (answer === null) return
        const headers = { CSeq: header(message, 'cseq') ?? '', ...answer.headers }
        socket.write(formatMessage(`RTSP/1.0 ${answer.status ?? '200 OK'}`, headers, answer.body))
      },
    )
    socket.on('data', chunk => reader.push(chunk))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    return new Promise(resolve => server.close(() => resolve()))
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `rtsp://127.0.0.1:${port}/live`,
    asked,
    sockets,
    uris: (method: string) => asked.filter(one => one.method === method).map(({ uri }) => uri.replace(/:\d+/, '')),
  }
}

async function watch(url: string, options: RtspOptions = {}) {
  const units: Unit[] = []
  const ends: RtspError[] = []
  const session = await openRtsp(
    url,
    { onUnit: (_, unit) => units.push(unit), onEnd: error => ends.push(error) },
    options,
  )
  closers.push(session.close)
  return { session, units, ends }
}

const slice = (number: number): Buffer => Buffer.of(0x65, 0x80, number)
const rtp = (sequence: number, more: Partial<Parameters<typeof formatRtp>[0]> = {}): Buffer =>
  formatRtp({
    payloadType: 96,
    marker: true,
    sequence,
    timestamp: sequence * 3600,
    ssrc: 1,
    payload: slice(sequence & 255),
    ...more,
  })
const numbers = (units: readonly Unit[]): (number | undefined)[] => units.map(unit => unit.data[6])

describe('addresses of tracks', () => {
  test.for([
    ['none, no Content-Base', {}, 'a=control:track1', ['rtsp://127.0.0.1/live/track1', 'rtsp://127.0.0.1/live']],
    [
      'a base with a slash',
      { 'Content-Base': 'rtsp://127.0.0.1/live/' },
      'a=control:track1',
      ['rtsp://127.0.0.1/live/track1', 'rtsp://127.0.0.1/live/'],
    ],
    [
      'a base that is only a path',
      { 'Content-Base': '/media/' },
      'a=control:track1',
      ['rtsp://127.0.0.1/media/track1', 'rtsp://127.0.0.1/media/'],
    ],
    [
      'Content-Location',
      { 'Content-Location': 'rtsp://127.0.0.1/other/' },
      'a=control:track1',
      ['rtsp://127.0.0.1/other/track1', 'rtsp://127.0.0.1/other/'],
    ],
    [
      'a whole address',
      {},
      'a=control:rtsp://127.0.0.1/x/trackID=1',
      ['rtsp://127.0.0.1/x/trackID=1', 'rtsp://127.0.0.1/live'],
    ],
    ['no control at all', {}, 'a=recvonly', ['rtsp://127.0.0.1/live', 'rtsp://127.0.0.1/live']],
  ] as const)('%s', async ([, headers, control, expected]) => {
    const body = `m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n${control}\r\n`
    const { url, uris } = await camera(({ method }) => (method === 'DESCRIBE' ? { headers, body } : undefined))
    await watch(url)
    expect([uris('SETUP')[0], uris('PLAY')[0]]).toEqual(expected)
  })

  test('the control of the session is what is played', async () => {
    const body = `a=control:rtsp://127.0.0.1/all/\r\n${SDP}`
    const { url, uris } = await camera(({ method }) => (method === 'DESCRIBE' ? { body } : undefined))
    await watch(url)
    expect([...uris('SETUP'), ...uris('PLAY')]).toEqual(['rtsp://127.0.0.1/all/track1', 'rtsp://127.0.0.1/all/'])
  })
})

describe('answers', () => {
  test('session and its time-out are read in any spelling, and it is kept alive', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { url, asked, uris } = await camera(({ method, message }) =>
      method === 'SETUP'
        ? { headers: { Session: ' 12345 ; Timeout = 30', Transport: header(message, 'transport') ?? '' } }
        : undefined,
    )
    await watch(url)
    const play = asked.find(({ method }) => method === 'PLAY')
    expect(play && header(play.message, 'session')).toBe('12345')
    vi.advanceTimersByTime(15_000)
    await until(() => uris('GET_PARAMETER').length === 1, { what: 'a sign of life' })
  })

  test('a wrong or missing CSeq is forgiven when only one answer can be meant', async () => {
    const { url } = await camera(({ method }) =>
      method === 'DESCRIBE' ? { headers: { CSeq: '' }, body: SDP } : undefined,
    )
    await expect(watch(url)).resolves.toMatchObject({ ends: [] })
  })

  test('questions of the camera change nothing', async () => {
    const { url, sockets } = await camera()
    const { units } = await watch(url)
    for (const socket of sockets) {
      socket.write('ANNOUNCE rtsp://x RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 3\r\n\r\na=b')
      socket.write(interleave(0, rtp(1)))
    }
    await until(() => units.length === 1, { what: 'the picture behind it' })
  })

  test('a new nonce for each request, and a stale one, are answered', async () => {
    let count = 0
    const { url, asked } = await camera(({ message }) => {
      count += 1
      const authorization = header(message, 'authorization')
      if (authorization?.includes(`nonce="n${count - 1}"`)) return undefined
      return {
        status: '401 Unauthorized',
        headers: { 'WWW-Authenticate': `Digest realm="c", nonce="n${count}", stale=true` },
      }
    })
    await watch(url.replace('rtsp://', 'rtsp://u:p@'))
    expect(asked.filter(({ method }) => method === 'PLAY').length).toBeGreaterThan(0)
    expect(asked.every(({ uri }) => !uri.includes('u:p'))).toBe(true)
  })

  test.for([
    ['404 Not Found', 'not_found'],
    ['400 Bad Request', 'not_found'],
    ['403 Forbidden', 'wrong_password'],
    ['503 Service Unavailable', 'protocol'],
  ] as const)('DESCRIBE with %s is %s', async ([status, code]) => {
    const { url } = await camera(({ method }) => (method === 'DESCRIBE' ? { status } : undefined))
    await expect(watch(url)).rejects.toMatchObject({ code })
  })

  test('none within the time: timeout; aborted: closed, and the connection is gone', async () => {
    const { url, sockets } = await camera(() => null)
    const stop = new AbortController()
    const watching = watch(url, { signal: stop.signal })
    await until(() => sockets.size === 1, { what: 'a connection' })
    stop.abort()
    await expect(watching).rejects.toMatchObject({ code: 'closed' })
    await until(() => sockets.size === 0, { what: 'no connection' })
  })

  test('an abort before the connection stands leaves none behind', async () => {
    const { url, asked, sockets } = await camera()
    const stop = new AbortController()
    const watching = watch(url, { signal: stop.signal })
    stop.abort()
    await expect(watching).rejects.toMatchObject({ code: 'closed' })
    await watch(url)
    expect(sockets.size).toBe(1)
    expect(asked.filter(({ method }) => method === 'OPTIONS')).toHaveLength(1)
  })

  test('a web server on the port is named as such', async () => {
    const { url } = await camera((_, socket) => {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
      return null
    })
    await expect(watch(url)).rejects.toMatchObject({ code: 'not_rtsp' })
  })
})

describe('what comes between the answers', () => {
  test('frames before the answer to PLAY are not lost', async () => {
    const { url } = await camera(({ method }, socket) => {
      if (method === 'PLAY') for (const i of [1, 2]) socket.write(interleave(0, rtp(i)))
      return undefined
    })
    const { units } = await watch(url)
    await until(() => units.length === 2, { what: 'both pictures' })
  })

  test('reports on any channel, other formats and unknown channels are not taken for pictures', async () => {
    const { url, sockets } = await camera()
    const { units, session } = await watch(url)
    for (const socket of sockets) {
      socket.write(interleave(0, rtp(1)))
      socket.write(interleave(0, senderReport(1, 1_700_000_000_000, 3600, 1, 1)))
      socket.write(interleave(7, receiverReport(1, 2, 3, 4)))
      socket.write(interleave(9, rtp(9)))
      socket.write(interleave(0, rtp(2, { payloadType: 13 })))
      socket.write(interleave(0, rtp(2)))
    }
    await until(() => units.length === 2, { what: 'two pictures' })
    expect(numbers(units)).toEqual([1, 2])
    expect(units[1]?.ntp).toBe(1_700_000_000_040)
    expect(session.counters()).toMatchObject({ packets: 2, lost: 0 })
  })

  test('channels other than those asked for are followed', async () => {
    const { url, sockets } = await camera(({ method }) =>
      method === 'SETUP' ? { headers: { Session: '1', Transport: 'RTP/AVP/TCP;interleaved=4-5' } } : undefined,
    )
    const { units } = await watch(url)
    for (const socket of sockets) socket.write(interleave(4, rtp(1)))
    await until(() => units.length === 1, { what: 'the picture' })
  })

  test('a source that begins anew is followed at once, wherever its numbers begin', async () => {
    const { url, sockets } = await camera()
    const { units, session } = await watch(url)
    for (const socket of sockets) {
      for (const i of [1000, 1001]) socket.write(interleave(0, rtp(i)))
      for (const i of [900, 901]) socket.write(interleave(0, rtp(i, { ssrc: 2 })))
    }
    await until(() => units.length === 4, { what: 'all pictures' })
    expect(session.counters().lost).toBe(0)
  })

  test('more than a picture may hold ends the session', async () => {
    const { url, sockets } = await camera()
    const { ends } = await watch(url)
    const payload = Buffer.alloc(60_000, 1)
    for (const socket of sockets)
      for (let i = 0; i < 200; i++) socket.write(interleave(0, rtp(i, { payload, timestamp: 0, marker: false })))
    const error = await until(() => ends[0], { what: 'the end' })
    expect(error.code).toBe('too_large')
    await until(() => sockets.size === 0, { what: 'no connection' })
  })

  test('garbage instead of a frame ends the session by name', async () => {
    const { url, sockets } = await camera()
    const { ends } = await watch(url)
    for (const socket of sockets) socket.write(Buffer.alloc(5000, 0xaa))
    expect((await until(() => ends[0], { what: 'the end' })).code).toBe('not_rtsp')
  })

  test('a connection that is open but silent ends', async () => {
    const { url } = await camera()
    const { ends } = await watch(url, { stallMs: 200 })
    expect((await until(() => ends[0], { what: 'the end' })).code).toBe('timeout')
  })
})
