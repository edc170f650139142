import { readFileSync } from 'node:fs'
import { concat, fromHex, toHex, utf8 } from '@hausrecht/crypto/bytes'
import { open, seal, sealedLength } from '@hausrecht/crypto/cobblestone'
import { hkdfExpand256, sha256 } from '@hausrecht/crypto/hash'
import { deviceIdFrom, householdIdFrom, objectIdFrom, streamIdFrom } from '@hausrecht/crypto/ids'
import { Secret } from '@hausrecht/crypto/secret'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SEGMENT_ERRORS } from '../errors.ts'
import { checkObject, decodeHeader, encodeHeader, HEADER_MAX, objectLength, type SegmentHeader } from './header.ts'
import { KINDS, kindName } from './kinds.ts'
import { AUDIO_PADDING_STEP, PAYLOAD_MAX, SMALL_PADDING_STEP, VIDEO_PADDING_MIN } from './padding.ts'
import { decodePayload, encodePayload, FIELDS_MAX, INIT_MAX, type PayloadDraft, REASON_MAX } from './payload.ts'

const page = readFileSync(new URL('../../../../docs/formats/segment.md', import.meta.url), 'utf8')

/** The hexadecimal block under `### name` of the page's known answer, without spaces and comments. */
function block(name: string): string {
  const [, body] = new RegExp(`### ${name}\\n+\`\`\`\\n([^\`]*)\`\`\``).exec(page) ?? []
  if (body === undefined) throw new Error(`docs/formats/segment.md has no "${name}"`)
  return body.replace(/#.*$/gm, '').replace(/\s/g, '')
}

const fill = (byte: number): Uint8Array => new Uint8Array(16).fill(byte)
const leafKey = Uint8Array.from({ length: 32 }, (_, i) => i)
const salt = Uint8Array.from({ length: 24 }, (_, i) => 0x64 + i)
const header: SegmentHeader = {
  kind: KINDS.audio,
  household: householdIdFrom(fill(0x11)),
  stream: streamIdFrom(fill(0x22)),
  generation: 3,
  leaf: 1_361_850_425,
  object: objectIdFrom(fill(0x55)),
  payloadLength: 4096,
  recorder: deviceIdFrom(fill(0x99)),
}
const payload: PayloadDraft = {
  type: 'media',
  sequence: 7,
  startTime: 1_795_000_000_123,
  duration: 2000,
  startsWithKey: true,
  continues: false,
  discontinuity: true,
  timescale: 90_000,
  init: Uint8Array.of(0xa1, 0xa2),
  fragment: [Uint8Array.of(0xb1, 0xb2, 0xb3)],
}
const objectKey = (): Secret =>
  Secret.from(hkdfExpand256(leafKey, concat(utf8('hh/obj/1'), Uint8Array.of(header.kind), fill(0x55)), 32))

describe('docs/formats/segment.md', () => {
  test('header and payload are the ones printed', () => {
    expect(toHex(encodeHeader(header))).toBe(block('Header'))
    expect(decodeHeader(fromHex(block('Header'))).header).toEqual(header)
    const printed = fromHex(block('Payload'))
    const plaintext = encodePayload(header.kind, payload)
    expect(plaintext.length).toBe(header.payloadLength)
    expect(toHex(plaintext.subarray(0, printed.length))).toBe(block('Payload'))
    expect(plaintext.subarray(printed.length).every(byte => byte === 0)).toBe(true)
  })

  test('the whole object has the printed length and SHA-256, and opens', async () => {
    const context = encodeHeader(header)
    const sealed = await seal(objectKey(), context, encodePayload(header.kind, payload), { salt })
    const object = concat(context, sealed)
    expect(toHex(object.subarray(0, context.length + 56))).toBe(block('Header') + block('Salt and commitment'))
    expect(`${object.length}`).toBe(block('Length'))
    expect(toHex(sha256(object))).toBe(block('SHA-256 of the object'))
    const read = checkObject(object)
    const opened = await open(objectKey(), read.context, object.subarray(read.context.length))
    expect(decodePayload(read.header.kind, opened)).toMatchObject({ sequence: 7, startTime: 1_795_000_000_123 })
  })

  test('kinds, limits and errors are those of the code', () => {
    for (const kind of Object.values(KINDS)) expect(page).toContain(`| ${kind} | \`${kindName(kind)}\` |`)
    for (const code of Object.keys(SEGMENT_ERRORS)) expect(page).toContain(`\`${code}\``)
    const limits = {
      HEADER_MAX,
      PAYLOAD_MAX,
      INIT_MAX,
      FIELDS_MAX,
      REASON_MAX,
      VIDEO_PADDING_MIN,
      AUDIO_PADDING_STEP,
      SMALL_PADDING_STEP,
    }
    for (const [name, value] of Object.entries(limits)) expect(page).toContain(`| \`${name}\` | ${value} |`)
  })

  test('lengths are those of Cobblestone', () => {
    fc.assert(
      fc.property(fc.nat(PAYLOAD_MAX), fc.nat(HEADER_MAX), (length, head) => {
        expect(objectLength(head, length)).toBe(head + sealedLength(length))
      }),
    )
  })
})
