/**
 * Every request is signed by a device: HTTP Message Signatures (RFC 9421) with Ed25519 over method, path, query and, where
 * there is a body, its digest (RFC 9530). One fixed profile, so that there is one way to read it. No keys here: the caller signs.
 */
export type SignatureParams = {
  /** Seconds since 1970. */
  readonly created: number
  /** 16 random bytes in hex; used once. */
  readonly nonce: string
  /** The device id. */
  readonly keyId: string
  readonly hasBody: boolean
}
export type SignedParts = {
  readonly method: string
  readonly path: string
  /** With its question mark; `?` when there is none. */
  readonly query: string
  readonly contentDigest: string | null
}

const components = (hasBody: boolean): string =>
  hasBody ? '("@method" "@path" "@query" "content-digest")' : '("@method" "@path" "@query")'

const paramsText = (params: SignatureParams): string =>
  `${components(params.hasBody)};created=${params.created};nonce="${params.nonce}";keyid="${params.keyId}";alg="ed25519"`

/** The text that is signed (RFC 9421 §2.5). */
export function signatureBase(parts: SignedParts, params: SignatureParams): string {
  const lines = [`"@method": ${parts.method.toUpperCase()}`, `"@path": ${parts.path}`, `"@query": ${parts.query}`]
  if (params.hasBody) lines.push(`"content-digest": ${parts.contentDigest ?? ''}`)
  lines.push(`"@signature-params": ${paramsText(params)}`)
  return lines.join('\n')
}

export const signatureInputHeader = (params: SignatureParams): string => `sig=${paramsText(params)}`
export const signatureHeader = (base64: string): string => `sig=:${base64}:`
export const contentDigestHeader = (base64: string): string => `sha-256=:${base64}:`

const INPUT =
  /^sig=\("@method" "@path" "@query"( "content-digest")?\);created=([1-9][0-9]{0,11});nonce="([0-9a-f]{32})";keyid="([a-z2-7]{26})";alg="ed25519"$/
const SIGNATURE = /^sig=:([A-Za-z0-9+/]{86}==):$/
const DIGEST = /^sha-256=:([A-Za-z0-9+/]{43}=):$/

/** Null for everything that is not exactly our profile. */
export function parseSignatureInput(header: string): SignatureParams | null {
  const match = INPUT.exec(header)
  if (!match) return null
  const [, body, created, nonce, keyId] = match
  return { created: Number(created), nonce: nonce ?? '', keyId: keyId ?? '', hasBody: body !== undefined }
}

/** The signature in base64, or null. */
export const parseSignature = (header: string): string | null => SIGNATURE.exec(header)?.[1] ?? null

/** The SHA-256 of the body in base64, or null. */
export const parseContentDigest = (header: string): string | null => DIGEST.exec(header)?.[1] ?? null

/** Path and query of a request target as they are signed. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const at = target.indexOf('?')
  return at < 0 ? { path: target, query: '?' } : { path: target.slice(0, at), query: target.slice(at) }
}
