import { describe, expect, test } from 'vitest'
import { authorise, chooseChallenge } from './digest.ts'

const login = { user: 'Mufasa', password: 'Circle of Life' }
const request = { method: 'GET', uri: '/dir/index.html' }
const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ'
/** The question of RFC 7616 §3.9.1. */
const question = (algorithm: string): string =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`

const answer = (headers: readonly string[], count = 1): string => {
  const challenge = chooseChallenge(headers)
  if (challenge === null) throw new Error('no challenge')
  return authorise(challenge, login, request, count, cnonce)
}

describe('passwords', () => {
  test.for([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('%s: the known answer of RFC 7616 §3.9.1', ([algorithm = '', response]) => {
    const text = answer([question(algorithm)])
    expect(text).toContain(`response="${response}"`)
    expect(text).toContain('qop=auth, nc=00000001, cnonce=')
    expect(text).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"')
  })

  test('the count goes into the answer, so that each answer differs', () => {
    expect(answer([question('MD5')], 26)).toContain('nc=0000001a')
    expect(answer([question('MD5')], 2)).not.toContain('8ca523f5e9506fed4657c9700eebdbec')
  })

  test('without qop as in RFC 2069, as most cameras ask', () => {
    // The example of RFC 2069 §2.4, with its erratum 749.
    const challenge = chooseChallenge(['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'])
    if (challenge === null) throw new Error('no challenge')
    const text = authorise(challenge, { user: 'Mufasa', password: 'CircleOfLife' }, request, 1)
    expect(text).toContain('response="1949323746fe6a43ef61f9606e7febea"')
    expect(text).not.toMatch(/qop|nc=|cnonce/)
  })

  test('Basic, with letters beyond ASCII', () => {
    const challenge = chooseChallenge(['Basic realm="cam"'])
    expect(challenge && authorise(challenge, { user: 'ä', password: 'ö:x' }, request, 1)).toBe('Basic w6Q6w7Y6eA==')
  })

  test('the strongest question that can be answered is answered', () => {
    const names = (headers: string[]): string | undefined => {
      const found = chooseChallenge(headers)
      return found ? `${found.scheme} ${found.algorithm}` : undefined
    }
    expect(names(['Basic realm="a"', question('MD5'), question('SHA-256')])).toBe('digest SHA-256')
    expect(names([question('MD5'), 'Basic realm="a"'])).toBe('digest MD5')
    expect(names([question('SHA-512-256'), 'Basic realm="a"'])).toBe('basic MD5')
    expect(names([`Basic realm="a, b", ${question('MD5')}`])).toBe('digest MD5')
    expect(names(['Bearer realm="a"'])).toBeUndefined()
    expect(names([])).toBeUndefined()
  })

  test('odd spelling is understood, and nothing can break out of a header', () => {
    const challenge = chooseChallenge(['digest  REALM = "x" , nonce=abc,stale=TRUE, Algorithm="md5"'])
    expect(challenge).toMatchObject({ realm: 'x', nonce: 'abc', stale: true, algorithm: 'MD5' })
    const evil = chooseChallenge(['Digest realm="x\r\nEvil: yes", nonce="n\\"'])
    const text = evil && authorise(evil, { user: 'a"\r\nb', password: 'p' }, request, 1)
    expect(text).not.toMatch(/[\r\n]/)
  })
})
