import { utf8 } from '@hausrecht/crypto/bytes'
import { generateSigningKey, type SigningKey } from '@hausrecht/crypto/signature'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { cosign } from './cosignature.ts'
import { TlogError } from './errors.ts'
import { formatVkey, noteKey, parseNote, TYPE_COSIGNATURE, TYPE_ED25519 } from './note.ts'
import { openUnderPolicy, POLICY_MAX_LENGTH, POLICY_MAX_LINES, parsePolicy } from './policy.ts'
import { leafHash } from './tree.ts'

const origin = 'vault.example/hh/abc'
const NAMES = ['X1', 'X2', 'X3', 'Y1', 'Y2', 'Y3'] as const
let log: SigningKey
let witnesses: ReadonlyMap<string, SigningKey>
let note: string

beforeAll(async () => {
  log = (await generateSigningKey()).key
  witnesses = new Map(await Promise.all(NAMES.map(async name => [name, (await generateSigningKey()).key] as const)))
  note = await signCheckpoint({ origin, size: 1, root: leafHash(utf8('only')) }, log)
})

const keyOf = (name: string): SigningKey => witnesses.get(name) ?? log
const logKey = (): string => formatVkey(noteKey(origin, TYPE_ED25519, log.publicKey))
const vkey = (name: string): string => formatVkey(noteKey(`${name}.example`, TYPE_COSIGNATURE, keyOf(name).publicKey))

/** The example of c2sp.org/tlog-policy. */
const example = (): string => `# an example
log ${logKey()}

witness X1 ${vkey('X1')}
witness X2 ${vkey('X2')}
witness X3 ${vkey('X3')}
group X-witnesses 2 X1 X2 X3

\twitness Y1 ${vkey('Y1')} https://y1.example/
witness  Y2   ${vkey('Y2')}
witness Y3 ${vkey('Y3')}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`

async function cosignedBy(names: readonly string[]): Promise<string> {
  const lines = names.map(name => cosign(`${name}.example`, keyOf(name), parseNote(note).text, 5000))
  return note + (await Promise.all(lines)).join('')
}

const outcome = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'accepted',
    error => (error instanceof TlogError ? error.code : String(error)),
  )

describe('policies', () => {
  test('the example of the specification asks for two X and one Y', async () => {
    const policy = parsePolicy(example())
    expect(policy.witnesses.map(({ name, url }) => [name, url])).toContainEqual(['Y1', 'https://y1.example/'])
    await fc.assert(
      fc.asyncProperty(fc.subarray([...NAMES]), async names => {
        const enough = names.filter(name => name < 'Y').length >= 2 && names.some(name => name > 'Y')
        const expected = enough ? 'accepted' : 'too_few_witnesses'
        expect(await outcome(openUnderPolicy(await cosignedBy(names), policy))).toBe(expected)
      }),
      { numRuns: 40 },
    )
  })

  test('no quorum still needs the log, under its own name', async () => {
    const none = parsePolicy(`log ${logKey()}\nquorum none\n`)
    expect((await openUnderPolicy(note, none)).size).toBe(1)
    const stranger = (await generateSigningKey()).key
    const forged = await signCheckpoint({ origin, size: 1, root: leafHash(utf8('only')) }, stranger)
    expect(await outcome(openUnderPolicy(forged, none))).toBe('unsigned')
    const elsewhere = await signCheckpoint({ origin: 'other', size: 1, root: leafHash(utf8('only')) }, log)
    expect(await outcome(openUnderPolicy(elsewhere, none))).toBe('wrong_origin')
    expect(await outcome(openUnderPolicy(note.replace('\n1\n', '\n2\n'), none))).toBe('bad_signature')
  })

  test.each([
    ['no quorum', () => `log ${logKey()}\n`],
    ['two quorums', () => 'quorum none\nquorum none\n'],
    ['a quorum nobody defined', () => 'quorum X1\n'],
    ['a quorum defined later', () => `quorum X1\nwitness X1 ${vkey('X1')}\n`],
    ['a log twice', () => `log ${logKey()}\nlog ${logKey()}\nquorum none\n`],
    ['a witness twice', () => `witness a ${vkey('X1')}\nwitness b ${vkey('X1')}\nquorum none\n`],
    ['a name twice', () => `witness a ${vkey('X1')}\nwitness a ${vkey('X2')}\nquorum none\n`],
    ['a witness called none', () => `witness none ${vkey('X1')}\nquorum none\n`],
    ['a log key as a witness', () => `witness a ${logKey()}\nquorum none\n`],
    ['a witness key as a log', () => `log ${vkey('X1')}\nquorum none\n`],
    ['a broken key', () => 'witness a nonsense\nquorum none\n'],
    ['an empty group', () => 'group g all\nquorum none\n'],
    ['a group of itself', () => 'group g all g\nquorum none\n'],
    ['none in a group', () => 'group g any none\nquorum none\n'],
    ['a threshold of zero', () => `witness a ${vkey('X1')}\ngroup g 0 a\nquorum g\n`],
    ['a threshold above the members', () => `witness a ${vkey('X1')}\ngroup g 2 a\nquorum g\n`],
    ['a member of two groups', () => `witness a ${vkey('X1')}\ngroup g any a\ngroup h any a\nquorum h\n`],
    ['an unknown keyword', () => 'frob x\nquorum none\n'],
    ['words left over', () => 'quorum none none\n'],
    ['a line without end', () => 'quorum none'],
    ['a carriage return', () => 'quorum none\r\n'],
    ['too long', () => `quorum none\n#${' '.repeat(POLICY_MAX_LENGTH)}\n`],
  ])('%s is refused', (_, text) => {
    expect(() => parsePolicy(text())).toThrow(expect.objectContaining({ code: 'bad_policy' }))
  })

  test('names are bounded', () => {
    const groups = (count: number): string =>
      `witness g0 ${vkey('X1')}\n${Array.from({ length: count - 1 }, (_, i) => `group g${i + 1} all g${i}\n`).join('')}quorum g0\n`
    expect(() => parsePolicy(groups(POLICY_MAX_LINES))).toThrow(TlogError)
    expect(parsePolicy(groups(POLICY_MAX_LINES - 1)).witnesses).toHaveLength(1)
  })
})

test('one key under two names is one witness', async () => {
  const twice = ['w1', 'w2'].map(name => noteKey(name, TYPE_COSIGNATURE, keyOf('X1').publicKey))
  const text = parseNote(note).text
  const both = note + (await cosign('w1', keyOf('X1'), text, 5000)) + (await cosign('w2', keyOf('X1'), text, 5000))
  const policy = { log: noteKey(origin, TYPE_ED25519, log.publicKey), witnesses: twice, quorum: 2 }
  expect(await outcome(openCheckpoint(both, policy))).toBe('too_few_witnesses')
  expect(await outcome(openCheckpoint(both, { ...policy, quorum: 1 }))).toBe('accepted')
})
