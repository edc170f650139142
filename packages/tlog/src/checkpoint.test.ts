import { utf8 } from '@hausrecht/crypto/bytes'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CheckpointPolicy, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts'
import { cosign } from './cosignature.ts'
import { TlogError } from './errors.ts'
import { formatVkey, noteKey, parseNote, parseVkey, TYPE_COSIGNATURE, TYPE_ED25519 } from './note.ts'
import { formatProofFile, verifyProofFile } from './proof-file.ts'
import { leafHash } from './tree.ts'

const origin = 'vault.example/hh/abc'

async function setUp() {
  const log = (await generateSigningKey()).key
  const witness = (await generateSigningKey()).key
  const policy: CheckpointPolicy = {
    log: noteKey(origin, TYPE_ED25519, log.publicKey),
    witnesses: [noteKey('witness.example/w1', TYPE_COSIGNATURE, witness.publicKey)],
    quorum: 1,
  }
  const root = leafHash(utf8('only'))
  const note = await signCheckpoint({ origin, size: 1, root }, log)
  const line = await cosign('witness.example/w1', witness, parseNote(note).text, 1_679_315_147_900)
  return { log, witness, policy, root, note, full: note + line }
}

const code = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    error => (error instanceof TlogError ? error.code : String(error)),
  )

describe('checkpoints', () => {
  test('a verifier key of the specification is read and written the same', () => {
    const text = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
    expect(formatVkey(parseVkey(text))).toBe(text)
    expect(() => parseVkey(text.replace('530d', '530e'))).toThrow(TlogError)
  })

  test('open when the log signed and a witness cosigned, with the time of the witness', async () => {
    const { policy, full } = await setUp()
    const opened = await openCheckpoint(full, policy)
    expect(opened.size).toBe(1)
    expect(opened.cosigned.get('witness.example/w1')).toBe(1_679_315_147_000)
  })

  test('are refused, each with its code', async () => {
    const { log, witness, policy, root, note, full } = await setUp()
    expect(await code(openCheckpoint(note, policy))).toBe('too_few_witnesses')
    expect(await code(openCheckpoint(full.replace('\n1\n', '\n2\n'), policy))).toBe('bad_signature')
    const other = await signCheckpoint({ origin: 'vault.example/hh/other', size: 1, root }, log)
    expect(await code(openCheckpoint(other, policy))).toBe('wrong_origin')
    const stranger = await signCheckpoint({ origin, size: 1, root }, witness)
    expect(await code(openCheckpoint(stranger, policy))).toBe('unsigned')
    const wrong = note + (await cosign('witness.example/w1', witness, 'other\n1\nAAAA\n', 1_000_000))
    expect(await code(openCheckpoint(wrong, policy))).toBe('bad_signature')
    expect(await code(openCheckpoint('hello', policy))).toBe('bad_note')
  })

  test('sizes have one spelling', () => {
    for (const size of ['01', '-1', '1e3', '', '9007199254740993'])
      expect(() => parseCheckpoint(`o\n${size}\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n`), size).toThrow(
        TlogError,
      )
  })

  test('no text at all makes the parser do anything but refuse', async () => {
    const { policy, full } = await setUp()
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: full.length - 1 }), fc.string({ maxLength: 3 }), async (at, put) => {
        const changed = full.slice(0, at) + put + full.slice(at + 1)
        fc.pre(changed !== full)
        expect(await code(openCheckpoint(changed, policy))).not.toMatch(/Error|accepted/)
      }),
      { numRuns: 300 },
    )
  })

  test('a proof file verifies without a network', async () => {
    const { policy, full, root } = await setUp()
    const file = formatProofFile({ index: 0, proof: [], checkpoint: full })
    expect((await verifyProofFile(file, root, policy)).size).toBe(1)
    expect(await code(verifyProofFile(file, leafHash(utf8('another')), policy))).toBe('bad_inclusion')
  })
})
