import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RtspError } from './errors.ts'
import { LIMITS } from './limits.ts'
import { formatMessage, header, type RtspMessage, statusOf } from './message.ts'
import { interleave, WireReader } from './wire.ts'

type Part = { frame: [number, string] } | { message: [string, string] }

function read(chunks: readonly Buffer[]): Part[] {
  const parts: Part[] = []
  const reader = new WireReader(
    (channel, payload) => parts.push({ frame: [channel, payload.toString('hex')] }),
    message => parts.push({ message: [message.start, Buffer.from(message.body).toString()] }),
  )
  for (const chunk of chunks) {
    reader.push(chunk)
    // The socket's buffer is used again: nothing may be kept of it.
    chunk.fill(0xee)
  }
  return parts
}

const part = fc.oneof(
  fc.record({ channel: fc.integer({ min: 0, max: 255 }), payload: fc.uint8Array({ maxLength: 300 }) }),
  fc.record({ body: fc.string({ unit: 'grapheme', maxLength: 300 }), blank: fc.constantFrom('', '\r\n', '\n\r\n') }),
)

describe('the byte stream', () => {
  test('gives the same frames and messages, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat(5000), { maxLength: 20 }), (parts, cuts) => {
        const bytes = Buffer.concat(
          parts.map(one =>
            'payload' in one
              ? interleave(one.channel, one.payload)
              : Buffer.from(one.blank + formatMessage('RTSP/1.0 200 OK', { CSeq: '7' }, one.body)),
          ),
        )
        const at = [0, ...cuts.filter(cut => cut < bytes.length).sort((a, b) => a - b), bytes.length]
        const chunks = at.slice(1).map((end, i) => Buffer.from(bytes.subarray(at[i], end)))
        expect(read(chunks)).toEqual(
          parts.map(one =>
            'payload' in one
              ? { frame: [one.channel, Buffer.from(one.payload).toString('hex')] }
              : { message: ['RTSP/1.0 200 OK', one.body] },
          ),
        )
      }),
    )
  })

  test('any bytes end in an own refusal or in nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 10 }), chunks => {
        let refusal: unknown = null
        try {
          read(chunks.map(chunk => Buffer.from(chunk)))
        } catch (error) {
          refusal = error
        }
        expect(refusal === null || refusal instanceof RtspError, String(refusal)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  const refused = (text: string | Buffer, code: string): void =>
    expect(() => read([Buffer.from(text)])).toThrow(expect.objectContaining({ code }))

  test('something that is not RTSP is named at once', () => {
    refused('HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n', 'not_rtsp')
    refused('SSH-2.0-OpenSSH_9.2p1 Debian\r\n', 'not_rtsp')
    refused(Buffer.from([0x16, 3, 3, 0, 50, 2, 0, 0, 46, 3, 3, 1, 2, 3, 4, 5, 6, 7]), 'not_rtsp')
  })

  test('limits: head and body', () => {
    const head = (bytes: number): string => `RTSP/1.0 200 OK\r\nX: ${'x'.repeat(bytes)}`
    refused(head(LIMITS.headBytes), 'too_large')
    refused(`${head(LIMITS.headBytes)}\r\n\r\n`, 'too_large')
    expect(read([Buffer.from(`${head(LIMITS.headBytes - 100)}\r\n\r\n`)])).toHaveLength(1)
    refused(`RTSP/1.0 200 OK\r\nContent-Length: ${LIMITS.bodyBytes + 1}\r\n\r\n`, 'too_large')
    refused('RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n', 'protocol')
    refused('RTSP/1.0 200 OK\r\nContent-Length: many\r\n\r\n', 'protocol')
  })
})

describe('messages', () => {
  test('odd headers are read, repeated ones kept', () => {
    let seen: RtspMessage | null = null
    const reader = new WireReader(
      () => {},
      message => {
        seen = message
      },
    )
    reader.push(
      Buffer.from(
        'RTSP/1.0  401  Unauthorized\nCSEQ:  3 \nWWW-Authenticate: Basic realm="a"\nwww-authenticate:Digest realm="b"\nnonsense\n: x\n\n',
      ),
    )
    const message = seen as RtspMessage | null
    if (message === null) throw new Error('no message')
    expect(statusOf(message)).toBe(401)
    expect(header(message, 'cseq')).toBe('3')
    expect(message.headers.get('www-authenticate')).toEqual(['Basic realm="a"', 'Digest realm="b"'])
  })

  test('a line break in a value cannot add a header', () => {
    expect(formatMessage('OPTIONS * RTSP/1.0', { CSeq: '1', X: 'a\r\nEvil: b' })).toBe(
      'OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nX: a  Evil: b\r\n\r\n',
    )
  })
})
