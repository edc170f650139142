import { toBase32 } from '@hausrecht/crypto/bytes'
import { householdIdFrom } from '@hausrecht/crypto/ids'
import { generateSigningKey } from '@hausrecht/crypto/signature'
import { formatVkey, noteKey, TYPE_ED25519 } from '@hausrecht/tlog/note'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { appAddress, CLAIM_LINK_MAX, formatClaimLink, parseClaimLink } from './claim-link.ts'
import { WITNESSES_MAX } from './invite.ts'

const household = householdIdFrom(new Uint8Array(16).fill(1))
const code = new Uint8Array(16).fill(2)
const { key } = await generateSigningKey()
const vkeys = ['witness.example/w1', 'other.example'].map(name =>
  formatVkey(noteKey(name, TYPE_ED25519, key.publicKey)),
)
const plain = { household, code, vault: 'http://localhost:8420', witnesses: [], quorum: 0 }

describe('a claim link', () => {
  test('says code, household and whom to trust, in the fragment', () => {
    expect(formatClaimLink(plain)).toBe(`http://localhost:8420/#claim=${toBase32(code)}.${household}.0`)
    const trusting = { ...plain, witnesses: vkeys, quorum: 2 }
    expect(parseClaimLink(formatClaimLink(trusting))).toEqual(trusting)
  })

  test('of any code, household and vault comes back', () => {
    const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 })
    const vault = fc.tuple(fc.constantFrom('http', 'https'), fc.domain(), fc.integer({ min: 1024, max: 65_535 }))
    fc.assert(
      fc.property(bytes16, bytes16, vault, fc.integer({ min: 1, max: 2 }), (c, h, [scheme, host, port], quorum) => {
        const link = {
          ...{ code: new Uint8Array(c), household: householdIdFrom(new Uint8Array(h)), quorum },
          ...{ vault: `${scheme}://${host}:${port}`, witnesses: vkeys },
        }
        expect(parseClaimLink(formatClaimLink(link))).toEqual(link)
      }),
    )
  })

  test('names loopback so that passkeys work there', () => {
    expect(appAddress('http://127.0.0.1:8420')).toBe('http://localhost:8420/')
    expect(appAddress('http://[::1]:8420')).toBe('http://localhost:8420/')
    expect(appAddress('https://vault.example')).toBe('https://vault.example/')
    expect(formatClaimLink({ ...plain, vault: 'http://127.0.0.1:8420' })).toBe(formatClaimLink(plain))
  })

  test('may be typed without its beginning, on the page itself', () => {
    const whole = formatClaimLink(plain)
    const page = 'http://localhost:8420/'
    const [, fragment = ''] = whole.split('#claim=')
    for (const text of [whole, ` ${whole}\n`, `#claim=${fragment}`, fragment])
      expect(parseClaimLink(text, page)).toEqual(plain)
    expect(() => parseClaimLink(fragment)).toThrow(expect.objectContaining({ code: 'bad_argument' }))
  })

  test.each<[string, (link: string) => string]>([
    ['nothing', () => ''],
    ['no fragment', link => link.replace(/#.*/, '')],
    ['another fragment', link => link.replace('#claim=', '#join=')],
    ['a short code', link => link.replace(/=\w/, '=')],
    ['a code with bits left over', link => link.replace(/=(\w{25})\w/, '=$1z')],
    ['capitals', link => link.replace(/=\w{26}/, code => code.toUpperCase())],
    ['no household', link => link.replace(`.${household}`, '')],
    ['no quorum', link => link.replace(/\.0$/, '')],
    ['a quorum of nobody', link => link.replace(/\.0$/, '.1')],
    ['a witness that is none', link => `${link}&w=x`],
    ['an empty witness', link => `${link}&w=`],
    ['a field nobody knows', link => `${link}&x=1`],
    ['a witness without a quorum', link => `${link}&w=${encodeURIComponent(vkeys[0] ?? '')}`],
    [
      'more witnesses than anybody runs',
      link => link.replace(/\.0$/, '.1') + `&w=${encodeURIComponent(vkeys[0] ?? '')}`.repeat(WITNESSES_MAX + 1),
    ],
    ['a path', link => link.replace('/#', '/app#')],
    ['a query', link => link.replace('/#', '/?x=1#')],
    ['a user name', link => link.replace('http://', 'http://me@')],
    ['another scheme', link => link.replace('http:', 'ftp:')],
    ['too much of it', link => link + ' '.repeat(2) + 'x'.repeat(CLAIM_LINK_MAX)],
  ])('with %s is none', (_, change) => {
    expect(() => parseClaimLink(change(formatClaimLink(plain)))).toThrow(
      expect.objectContaining({ code: 'bad_argument' }),
    )
  })

  test('is never made of any other text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withFragments: true })), text => {
        expect(() => parseClaimLink(text, 'http://localhost:8420/')).toThrow(
          expect.objectContaining({ code: 'bad_argument' }),
        )
      }),
    )
  })
})
