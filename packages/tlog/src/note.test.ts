import { toBase64, toHex, utf8 } from '@hausrecht/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCheckpoint, verifyNote } from './checkpoint.ts'
import { TlogError } from './errors.ts'
import {
  formatVkey,
  KEY_NAME_MAX_LENGTH,
  NOTE_MAX_LENGTH,
  NOTE_MAX_SIGNATURES,
  noteKey,
  parseNote,
  parseSignatureLines,
  parseVkey,
  TYPE_ED25519,
} from './note.ts'

/** c2sp.org/signed-note §Example */
const VKEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const NOTE =
  'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n'

/** c2sp.org/tlog-cosignature, the first example: its keys are not published, its shape is. */
const COSIGNED = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`

/** A note of which other lines follow, to try what lines may be. */
const lines = (...signatures: readonly string[]): string => `text\n\n${signatures.map(line => `${line}\n`).join('')}`
const good = `\u2014 name ${toBase64(new Uint8Array(68))}`

describe('signed notes', () => {
  test('the example of the specification verifies, and not with another text', async () => {
    await verifyNote(parseNote(NOTE), parseVkey(VKEY))
    await expect(verifyNote(parseNote(NOTE.replace('example m', 'Example m')), parseVkey(VKEY))).rejects.toThrow(
      expect.objectContaining({ code: 'bad_signature' }),
    )
  })

  test('the cosigned checkpoint of the specification is read', () => {
    const note = parseNote(COSIGNED)
    const { origin, size, root } = parseCheckpoint(note.text)
    expect([origin, size, toBase64(root)]).toEqual([
      'example.com/behind-the-sofa',
      20852163,
      'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=',
    ])
    expect(note.signatures.map(({ name, keyId, bytes }) => [name, keyId.toString(16), bytes.length])).toEqual([
      ['example.com/behind-the-sofa', '33de0ae', 64],
      ['witness.example.com/w1', '8d66cf3f', 72],
    ])
    const [, cosignature] = note.signatures
    expect(toHex(cosignature?.bytes.subarray(0, 8) ?? utf8(''))).toBe('00000000641850cb')
  })

  test('text may have empty lines and signatures of unknown kinds', () => {
    const note = parseNote(`one\n\ntwo\n\n${good}\n\u2014 other/x ${toBase64(new Uint8Array(4 + 2420))}\n`)
    expect(note.text).toBe('one\n\ntwo\n')
    expect(note.signatures.map(({ name }) => name)).toEqual(['name', 'other/x'])
  })

  test.each([
    ['nothing', ''],
    ['no signature', 'text\n\n'],
    ['no blank line', `text\n${good}\n`],
    ['no last newline', lines(good).slice(0, -1)],
    ['a tab', lines(good).replace('text', 'te\txt')],
    ['a carriage return', lines(good).replaceAll('\n', '\r\n')],
    ['a zero byte', lines(good).replace('text', 'te\u0000xt')],
    ['half a surrogate pair', lines(good).replace('text', 'te\ud800xt')],
    ['another dash', lines(good.replace('\u2014', '-'))],
    ['two spaces', lines(good.replace(' name', '  name'))],
    ['a plus in the name', lines(good.replace('name', 'na+me'))],
    ['a no-break space in the name', lines(good.replace('name', 'na\u00a0me'))],
    ['a next-line in the name', lines(good.replace('name', 'na\u0085me'))],
    ['a name that is too long', lines(good.replace('name', 'n'.repeat(KEY_NAME_MAX_LENGTH + 1)))],
    ['no key id', lines(`\u2014 name ${toBase64(new Uint8Array(4))}`)],
    ['base64 with bits left over', lines('\u2014 name AAAAAAAAAAB=')],
    ['base64 of the URL kind', lines('\u2014 name AAAA-_AA')],
    ['too many signatures', lines(...Array.from({ length: NOTE_MAX_SIGNATURES + 1 }, () => good))],
    ['too long', lines(good).replace('text', 't'.repeat(NOTE_MAX_LENGTH))],
  ])('%s is no note', (_, note) => {
    expect(() => parseNote(note)).toThrow(expect.objectContaining({ code: 'bad_note' }))
  })

  test('the limits themselves are inside', () => {
    const most = lines(...Array.from({ length: NOTE_MAX_SIGNATURES }, () => good))
    expect(parseNote(most).signatures).toHaveLength(NOTE_MAX_SIGNATURES)
    expect(parseNote(lines(good.replace('name', 'n'.repeat(KEY_NAME_MAX_LENGTH)))).signatures).toHaveLength(1)
    const room = 't'.repeat(NOTE_MAX_LENGTH - lines(good).length + 'text'.length)
    expect(parseNote(lines(good).replace('text', room)).text.length).toBe(room.length + 1)
  })

  test('any text is a note or a TlogError', () => {
    const piece = fc.constantFrom('\n', '\n\n', '\u2014 ', ' ', 'name', good, toBase64(new Uint8Array(70)), '\u0000')
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }), parts => {
        for (const read of [parseNote, parseSignatureLines, parseVkey, parseCheckpoint]) {
          let refusal: unknown = null
          try {
            read(parts.join(''))
          } catch (error) {
            refusal = error
          }
          expect(refusal === null || refusal instanceof TlogError, String(refusal)).toBe(true)
        }
      }),
    )
  })
})

describe('verifier keys', () => {
  test('name, id and key of the specification’s example', () => {
    const key = parseVkey(VKEY)
    expect([key.name, key.id.toString(16), key.type]).toEqual(['example.com/foo', '530d903a', TYPE_ED25519])
    expect(formatVkey(noteKey(key.name, key.type, key.publicKey))).toBe(VKEY)
  })

  test.each([
    '',
    'example.com/foo',
    VKEY.replace('530d903a', '530D903A'),
    VKEY.replace('foo', 'fo o'),
    VKEY.replace('foo+', '+'),
    VKEY.slice(0, -4),
    `${VKEY}AAAA`,
    // Type 0x02, and a key of small order.
    VKEY.replace('Aeky', 'Auky'),
    `example.com/foo+00000000+${toBase64(Uint8Array.of(1, 1, ...new Uint8Array(31)))}`,
  ])('%s is none', text => {
    expect(() => parseVkey(text)).toThrow(expect.objectContaining({ code: 'bad_key' }))
  })
})
