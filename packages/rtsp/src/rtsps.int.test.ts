import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tempFolder } from '@hausrecht/testkit/temp'
import { until } from '@hausrecht/testkit/until'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRtsp, type RtspOptions } from './client.ts'
import { type FrameSource, type RtspServer, startRtspServer } from './server.ts'
import type { Unit } from './unit.ts'

const exec = promisify(execFile)
const folder = tempFolder('rtsps')
let server: RtspServer
let cert = ''
let pin = ''

const source: FrameSource = {
  tracks: [{ kind: 'video', codec: 'h264', payloadType: 96, clockRate: 90_000, channels: 1, fmtp: '' }],
  play(send) {
    let i = 0
    const timer = setInterval(
      () => send({ track: 0, data: Uint8Array.of(0, 0, 0, 3, 0x65, 0x80, i & 255), rtpTime: i++ * 3600 }),
      5,
    )
    return { stop: () => clearInterval(timer) }
  },
}

beforeAll(async () => {
  const [key, crt] = [join(folder.path, 'key.pem'), join(folder.path, 'crt.pem')]
  const subject = ['-subj', '/CN=camera', '-addext', 'subjectAltName=DNS:localhost']
  await exec('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    key,
    '-out',
    crt,
    ...subject,
  ])
  cert = readFileSync(crt, 'utf8')
  pin = new X509Certificate(cert).fingerprint256
  server = await startRtspServer({ port: 0, mounts: { '/cam': source }, tls: { cert, key: readFileSync(key, 'utf8') } })
})
afterAll(async () => {
  await server.close()
  folder.remove()
})

async function look(address: string, options: RtspOptions = {}): Promise<void> {
  const units: Unit[] = []
  const session = await openRtsp(address, { onUnit: (_, unit) => units.push(unit), onEnd: () => {} }, options)
  try {
    await until(() => units.length >= 5, { what: 'pictures' })
  } finally {
    await session.close()
  }
}

describe('RTSP over TLS', () => {
  test('a certificate of its own is refused, with the pin that would allow it', async () => {
    const refusal = await look(`${server.url}/cam`).catch(error => error)
    expect(refusal).toMatchObject({ code: 'tls' })
    const offered = /#sha256=[0-9a-f]{64}/.exec(refusal.detail)?.[0]
    await look(`${server.url}/cam${offered}`)
  })

  test('the pinned certificate is believed, in any spelling, and no other', async () => {
    await look(`${server.url}/cam#sha256=${pin}`)
    const other = pin.replace(/^../, pin.startsWith('00') ? '01' : '00')
    await expect(look(`${server.url}/cam#sha256=${other}`)).rejects.toMatchObject({ code: 'tls' })
  })

  test('one that an authority vouches for is believed for its names only', async () => {
    const named = server.url.replace('127.0.0.1', 'localhost')
    await look(`${named}/cam`, { tls: { ca: cert } })
    await expect(look(`${server.url}/cam`, { tls: { ca: cert } })).rejects.toMatchObject({ code: 'tls' })
  })

  test('rtsps to a camera without TLS, and rtsp to one with it', async () => {
    const plain = await startRtspServer({ port: 0, mounts: { '/cam': source } })
    await expect(look(`${plain.url.replace('rtsp:', 'rtsps:')}/cam`)).rejects.toMatchObject({ code: 'tls' })
    await plain.close()
    await expect(look(`${server.url.replace('rtsps:', 'rtsp:')}/cam`)).rejects.toMatchObject({
      code: expect.stringMatching(/^(closed|not_rtsp)$/),
    })
  })
})
