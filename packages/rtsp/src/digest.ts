import { createHash, randomBytes } from 'node:crypto'

/** How a camera wants a password: Digest (RFC 7616, MD5 or SHA-256) or Basic (RFC 7617). */
export type Challenge = {
  readonly scheme: 'digest' | 'basic'
  readonly realm: string
  readonly nonce: string
  readonly algorithm: 'MD5' | 'SHA-256'
  readonly qop: boolean
  readonly opaque: string | null
  readonly stale: boolean
}

/** The digest of a text in hex. */
export const hash = (algorithm: Challenge['algorithm'], text: string): string =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex')

/** Picks the strongest of the challenges that we can answer, or null. */
export function chooseChallenge(headers: readonly string[]): Challenge | null {
  const known = headers
    .flatMap(split)
    .map(parseChallenge)
    .filter(challenge => challenge !== null)
  const rank = (challenge: Challenge): number =>
    challenge.scheme === 'basic' ? 0 : challenge.algorithm === 'MD5' ? 1 : 2
  return known.sort((a, b) => rank(b) - rank(a))[0] ?? null
}

/** One header may hold several questions: a new one begins with a word that no `=` follows (RFC 9110 §11.6.1). */
const split = (header: string): string[] => header.split(/,\s*(?=[a-z]+\s+[a-z]+\s*=)/i)

function parseChallenge(header: string): Challenge | null {
  const scheme = /^\s*(digest|basic)\s/i.exec(header)?.[1]?.toLowerCase()
  if (scheme !== 'digest' && scheme !== 'basic') return null
  const params = new Map<string, string>()
  for (const [, name, quoted, bare] of header.matchAll(/([a-z]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))/gi))
    params.set(name?.toLowerCase() ?? '', quoted ?? bare ?? '')
  const algorithm = (params.get('algorithm') ?? 'MD5').toUpperCase()
  if (scheme === 'digest' && algorithm !== 'MD5' && algorithm !== 'SHA-256') return null
  return {
    scheme,
    realm: params.get('realm') ?? '',
    nonce: params.get('nonce') ?? '',
    algorithm: algorithm === 'SHA-256' ? 'SHA-256' : 'MD5',
    qop: (params.get('qop') ?? '').split(',').some(item => item.trim() === 'auth'),
    opaque: params.get('opaque') ?? null,
    stale: params.get('stale')?.toLowerCase() === 'true',
  }
}

/** The `response` of RFC 7616 §3.4.1 with qop=auth, or without qop when no count is given (RFC 2069). */
export function askedAnswer(
  algorithm: Challenge['algorithm'],
  a1: string,
  a2: string,
  use: { readonly nonce: string; readonly nc?: string; readonly cnonce?: string },
): string {
  const [ha1, ha2] = [hash(algorithm, a1), hash(algorithm, a2)]
  if (use.nc === undefined) return hash(algorithm, `${ha1}:${use.nonce}:${ha2}`)
  return hash(algorithm, `${ha1}:${use.nonce}:${use.nc}:${use.cnonce}:auth:${ha2}`)
}

const quote = (text: string): string => text.replaceAll(/["\\\r\n]/g, '')

/** The Authorization header for one request; `count` is how often this nonce was used, this time included. */
export function authorise(
  challenge: Challenge,
  login: { readonly user: string; readonly password: string },
  request: { readonly method: string; readonly uri: string },
  count: number,
  cnonce: string = randomBytes(8).toString('hex'),
): string {
  const { user, password } = login
  if (challenge.scheme === 'basic') return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const { realm, nonce, algorithm, opaque } = challenge
  const nc = count.toString(16).padStart(8, '0')
  const [a1, a2] = [`${user}:${realm}:${password}`, `${request.method}:${request.uri}`]
  const response = askedAnswer(algorithm, a1, a2, challenge.qop ? { nonce, nc, cnonce } : { nonce })
  const parts = [
    `username="${quote(user)}"`,
    `realm="${quote(realm)}"`,
    `nonce="${quote(nonce)}"`,
    `uri="${quote(request.uri)}"`,
    `response="${response}"`,
    ...(challenge.algorithm === 'SHA-256' ? ['algorithm=SHA-256'] : []),
    ...(challenge.qop ? ['qop=auth', `nc=${nc}`, `cnonce="${cnonce}"`] : []),
    ...(opaque === null ? [] : [`opaque="${quote(opaque)}"`]),
  ]
  return `Digest ${parts.join(', ')}`
}

/** Random hex, for nonces and session names. */
export const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex')
