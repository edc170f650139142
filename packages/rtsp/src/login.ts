import { askedAnswer } from './digest.ts'

export type Login = {
  readonly user: string
  readonly password: string
  readonly scheme: 'basic' | 'digest-md5' | 'digest-sha256'
}

const REALM = 'camera'

/** What the server asks of who has not said the password: the WWW-Authenticate header. */
export function question({ scheme }: Login, nonce: string): string {
  if (scheme === 'basic') return `Basic realm="${REALM}"`
  const digest = `Digest realm="${REALM}", nonce="${nonce}", qop="auth"`
  return scheme === 'digest-sha256' ? `${digest}, algorithm=SHA-256` : digest
}

/** Whether an Authorization header answers it for this request. For a camera of tests and samples: the nonce never ends. */
export function isAnswer({ user, password, scheme }: Login, nonce: string, given: string, method: string): boolean {
  if (scheme === 'basic') return given === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const param = (name: string): string => new RegExp(`[ ,]${name}="?([^",]*)"?`).exec(given)?.[1] ?? ''
  if (param('nonce') !== nonce) return false
  const [ha1, ha2] = [`${user}:${REALM}:${password}`, `${method}:${param('uri')}`]
  const use = { nonce, nc: param('nc'), cnonce: param('cnonce') }
  return param('response') === askedAnswer(scheme === 'digest-sha256' ? 'SHA-256' : 'MD5', ha1, ha2, use)
}
