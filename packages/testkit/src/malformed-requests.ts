import { LIMITS } from '@hausrecht/contract/limits'
import type { Route } from '@hausrecht/contract/routes'
import { toBase64, utf8 } from '@hausrecht/crypto/bytes'
import { randomBytes } from '@hausrecht/crypto/random'
import type { SigningKey } from '@hausrecht/crypto/signature'
import type { Headers, SignOptions } from './raw-request.ts'

/** A request of which everything is right, but perhaps what it asks for. */
export type Good = { readonly target: string; readonly key: SigningKey; readonly body?: Uint8Array | object }
export type Case = {
  readonly name: string
  readonly change: (
    good: Good,
    route: Route,
  ) => {
    target?: string
    method?: string
    body?: Uint8Array | null
    headers?: Headers
    without?: readonly string[]
    sign?: SignOptions
    twice?: boolean
  } | null
  /** The codes that fit; any of the contract's without it. */
  readonly codes?: readonly string[]
}

const HOUSEHOLD = /\/households\/[a-z2-7]{26}/
const OTHER_ID = 'a'.repeat(26)
export const bytesOf = (body: Good['body']): Uint8Array | null =>
  body === undefined ? null : body instanceof Uint8Array ? body : utf8(JSON.stringify(body))
/** The limit of a body that is no JSON. */
const octetsOf = (route: Route): number | null =>
  route.body && 'octets' in route.body && typeof route.body.octets === 'number' ? route.body.octets : null
/** How long a body may be. */
export const limitOf = (route: Route): number => octetsOf(route) ?? route.bodyBytes ?? LIMITS.jsonBytes
export const typeOf = (route: Route): string =>
  octetsOf(route) === null ? 'application/json' : 'application/octet-stream'
const nowSeconds = (): number => Math.floor(Date.now() / 1000)

const signature = (name: string, change: ReturnType<Case['change']>, codes: readonly string[]): Case => ({
  name,
  change: (_, route) => (route.auth === 'operator' ? null : change),
  codes,
})
const late = (seconds: number): Case => ({
  name: `signed ${seconds} s off`,
  change: (_, route) => (route.auth === 'operator' ? null : { sign: { created: nowSeconds() + seconds } }),
  codes: ['signature_expired'],
})

const SIGNATURES: readonly Case[] = [
  signature('no signature', { without: ['signature'] }, ['signature_missing']),
  signature('no signature input', { without: ['signature-input'] }, ['signature_missing']),
  signature('empty signature', { headers: { signature: '' } }, ['signature_invalid']),
  signature('short signature', { headers: { signature: 'sig=:AAAA:' } }, ['signature_invalid']),
  signature('signature of nothing', { headers: { signature: `sig=:${toBase64(new Uint8Array(64))}:` } }, [
    'signature_invalid',
    'bad_entry',
  ]),
  signature(
    'two signatures',
    { headers: { signature: [`sig=:${toBase64(new Uint8Array(64))}:`, `sig=:${toBase64(new Uint8Array(64))}:`] } },
    ['signature_invalid'],
  ),
  signature('garbled signature input', { headers: { 'signature-input': 'sig=("@method");created=x' } }, [
    'signature_invalid',
  ]),
  signature('signature of another method', { sign: { signedMethod: 'PATCH' } }, ['signature_invalid']),
  signature('signature of another address', { sign: { signedTarget: '/v1/elsewhere?x=1' } }, ['signature_invalid']),
  signature('the same request twice', { twice: true }, ['signature_replayed']),
  late(-LIMITS.clockSkewSeconds - 2),
  late(LIMITS.clockSkewSeconds + 2),
  late(-nowSeconds() + 1),
  {
    name: 'signed by another key',
    change: (_, route) =>
      route.auth === 'operator'
        ? null
        : { headers: { 'x-device-key': toBase64(new Uint8Array(32).fill(3)) }, sign: { nonce: 'zz' } },
    codes: ['signature_invalid'],
  },
]

const OPERATOR: readonly Case[] = ['', 'Bearer ', `Bearer ${'0'.repeat(64)}`, 'Basic eDp5'].map(authorization => ({
  name: `operator's token “${authorization.slice(0, 12)}”`,
  change: (_, route) => (route.auth === 'operator' ? { headers: { authorization } } : null),
  codes: ['operator_only'],
}))

const ADDRESSES: readonly Case[] = [
  { name: 'PATCH', change: () => ({ method: 'PATCH' }), codes: ['method_not_allowed'] },
  { name: 'PROPFIND', change: () => ({ method: 'PROPFIND' }), codes: ['method_not_allowed', 'bad_request'] },
  { name: 'OPTIONS', change: () => ({ method: 'OPTIONS' }), codes: ['method_not_allowed'] },
  { name: 'a slash too many', change: ({ target }) => ({ target: target.replace(/(\?|$)/, '/$1') }) },
  {
    name: 'capitals',
    change: ({ target }) => ({
      target: target.replace(/\/(\w)(\w+)/, (_, a, b) => `/${String(a).toUpperCase()}${String(b)}`),
    }),
  },
  {
    name: 'bad percent-encoding',
    change: ({ target }) => ({ target: target.replace(/[^/]+$/, '%zz') }),
    codes: [
      'bad_request',
      'not_found',
      'bad_id',
      'unknown_household',
      'signature_invalid',
      'token_missing',
      'gone',
      'method_not_allowed',
    ],
  },
  { name: 'a NUL in the address', change: ({ target }) => ({ target: target.replace(/[^/]+$/, '%00') }) },
  {
    name: 'dots in the address',
    change: ({ target }) => ({ target: target.replace(/[^/]+$/, '..%2f..%2f..%2fetc%2fpasswd') }),
  },
  { name: 'a very long address', change: ({ target }) => ({ target: target.replace(/[^/]+$/, 'a'.repeat(8000)) }) },
  {
    name: 'large headers',
    change: () => ({ headers: { 'x-more': 'a'.repeat(LIMITS.headerBytes) } }),
    codes: ['headers_too_large'],
  },
  {
    name: 'many headers',
    change: () => ({ headers: { 'x-more': Array.from({ length: 3000 }, () => 'aaaaaaaa') } }),
    codes: ['headers_too_large'],
  },
  {
    name: 'another household',
    change: ({ target }, route) =>
      route.path.includes(':household') ? { target: target.replace(HOUSEHOLD, `/households/${OTHER_ID}`) } : null,
    codes: ['unknown_household'],
  },
  ...['A'.repeat(26), 'a'.repeat(25), 'a'.repeat(27), '%20', '1'.repeat(26)].map(id => ({
    name: `household “${id}”`,
    change: ({ target }: Good, route: Route) =>
      route.path.includes(':household') ? { target: target.replace(HOUSEHOLD, `/households/${id}`) } : null,
    codes: ['bad_id'],
  })),
  ...['A'.repeat(26), 'a'.repeat(25), 'a'.repeat(27), '%20', 'b'.repeat(200)].map(id => ({
    name: `id “${id.slice(0, 30)}”`,
    change: ({ target }: Good, route: Route) =>
      /:(objectId|packetId|device)/.test(route.path)
        ? { target: target.replace(/(objects|packets|pending)\/[a-z2-7]{26}/, `$1/${id}`) }
        : null,
    codes: ['bad_id', 'bad_request', 'not_found'],
  })),
  ...[
    '0/000.p/0',
    '0/000.p/256',
    '-1/000',
    '0/zzz',
    '9/000',
    '0/x001/x002/003',
    'entries',
    '0',
    'entries/999',
    `0/${'9'.repeat(70)}`,
  ].map(tile => ({
    name: `tile ${tile.slice(0, 20)}`,
    change: ({ target }: Good, route: Route) =>
      route.path.endsWith('*') ? { target: target.replace(/tile\/.*/, `tile/${tile}`) } : null,
    codes: ['not_found', 'bad_id'],
  })),
]

/** The query with one thing changed. */
const query = (name: string, of: (key: string) => string | null): Case => ({
  name,
  change: ({ target }, route) => {
    const [path = '', text] = target.split('?')
    const key = text?.split('=')[0]
    const changed = key === undefined ? null : of(key)
    const rest = (text ?? '').split('&').slice(1).join('&')
    return !route.query || changed === null ? null : { target: `${path}?${changed}${rest && `&${rest}`}` }
  },
  codes: ['bad_request'],
})
const QUERIES: readonly Case[] = [
  query('query lacks what it needs', () => 'x=1'),
  query('query value is empty', key => `${key}=`),
  query('query value is a word', key => `${key}=word`),
  query('query value is negative', key => `${key}=-1`),
  query('query value is a fraction', key => `${key}=1.5`),
  query('query value has an exponent', key => `${key}=1e3`),
  query('query value is hexadecimal', key => `${key}=0x10`),
  query('query value is huge', key => `${key}=99999999999999999999`),
  query('query value is twice there', key => `${key}=1&${key}=1`),
  query('query has a name that nobody knows', key => `${key}=1&more=1`),
  query('query has a prototype', () => '__proto__=1'),
  ...['limit=0', 'limit=100000', 'limit=x', 'wait=26', 'cursor=x', `cursor=${'1'.repeat(100)}`].map(extra => ({
    name: `query ${extra.slice(0, 14)}`,
    change: ({ target }: Good, route: Route) => {
      const key = extra.split('=')[0] ?? ''
      if (!route.query?.properties[key]) return null
      return { target: `${target.replace(new RegExp(`&${key}=[^&]*`), '')}&${extra}` }
    },
    codes: ['bad_request'],
  })),
  {
    name: 'query on an address without one keeps it 4xx or is signed along',
    change: ({ target }, route) => (route.query ? null : { target: `${target}?x=1`, sign: { signedTarget: target } }),
    codes: ['signature_invalid', 'operator_only', 'bad_entry'],
  },
]

const body = (
  name: string,
  of: (good: Uint8Array, route: Route) => Uint8Array | null,
  codes: readonly string[],
): Case => ({
  name,
  change: (good, route) => {
    const bytes = bytesOf(good.body)
    const changed = bytes && of(bytes, route)
    return changed ? { body: changed } : null
  },
  codes,
})
const json = (name: string, of: (good: Record<string, unknown>, route: Route) => unknown): Case =>
  body(
    name,
    (good, route) => {
      if (octetsOf(route) !== null) return null
      const value = of(JSON.parse(new TextDecoder().decode(good)), route)
      return value === undefined ? null : utf8(typeof value === 'string' ? value : JSON.stringify(value))
    },
    ['bad_request'],
  )
const REFUSED_BODY = ['bad_request', 'bad_entry', 'bad_segment', 'bad_packet', 'unsupported_media_type']
const BODIES: readonly Case[] = [
  {
    name: 'no body',
    change: good => (good.body ? { body: null } : null),
    codes: [...REFUSED_BODY],
  },
  body('empty body', () => new Uint8Array(0), REFUSED_BODY),
  ...[1, 31, 200, 5000].map(length => body(`${length} random bytes`, () => randomBytes(length), REFUSED_BODY)),
  ...[1, 2, 50].map(less =>
    body(`truncated by ${less}`, good => good.subarray(0, Math.max(1, good.length - less)), REFUSED_BODY),
  ),
  body(
    'one byte more',
    (good, route) => (octetsOf(route) === null ? null : new Uint8Array([...good, 0])),
    REFUSED_BODY,
  ),
  body(
    'nested a thousand times',
    (_, route) => (octetsOf(route) === null ? utf8('['.repeat(1000)) : new Uint8Array(1000).fill(0x81)),
    REFUSED_BODY,
  ),
  body(
    'CBOR that promises gigabytes',
    (_, route) => (octetsOf(route) === null ? null : Uint8Array.of(0x9b, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff)),
    REFUSED_BODY,
  ),
  body('larger than allowed', (_, route) => new Uint8Array(limitOf(route) + 1), ['too_large']),
  {
    name: 'more announced than allowed',
    change: (good, route) =>
      good.body
        ? {
            headers: { 'content-length': String(limitOf(route) + 1) },
            body: new Uint8Array(limitOf(route) + 1),
            sign: { signedBody: new Uint8Array(1) },
          }
        : null,
    codes: ['too_large'],
  },
  {
    name: 'another body than was signed',
    change: good => (good.body ? { sign: { signedBody: utf8('something else') } } : null),
    codes: ['digest_mismatch', 'bad_entry'],
  },
  {
    name: 'garbled digest',
    change: good => (good.body ? { headers: { 'content-digest': 'sha-256=:AAAA:' } } : null),
    codes: ['signature_invalid'],
  },
  {
    name: 'digest of another kind',
    change: good => (good.body ? { headers: { 'content-digest': `sha-512=:${toBase64(new Uint8Array(64))}:` } } : null),
    codes: ['signature_invalid'],
  },
  ...['text/plain', 'application/xml', 'multipart/form-data', ';;', ''].map(type => ({
    name: `content type “${type}”`,
    change: (good: Good) => (good.body ? { headers: { 'content-type': type } } : null),
    codes: ['unsupported_media_type', 'bad_request'],
  })),
  {
    name: 'content type of the other kind of body',
    change: (good, route) =>
      good.body
        ? { headers: { 'content-type': octetsOf(route) === null ? 'application/octet-stream' : 'application/json' } }
        : null,
    codes: ['unsupported_media_type', 'bad_request'],
  },
  json('JSON null', () => 'null'),
  json('a JSON list', () => []),
  json('a JSON text', () => '"x"'),
  json('a name that nobody knows', good => ({ ...good, more: 1 })),
  json('a prototype', good => JSON.stringify({ ...good }).replace('{', '{"__proto__":{"x":1},')),
  json('every value a number', good => Object.fromEntries(Object.keys(good).map(key => [key, -1.5]))),
  json('every value null', good => Object.fromEntries(Object.keys(good).map(key => [key, null]))),
  json('every value a list', good => Object.fromEntries(Object.keys(good).map(key => [key, [[]]]))),
  json('every value a long text', good => Object.fromEntries(Object.keys(good).map(key => [key, 'é'.repeat(4000)]))),
  json('numbers as texts', good =>
    Object.values(good).some(value => typeof value === 'number')
      ? Object.fromEntries(
          Object.entries(good).map(([key, value]) => [key, typeof value === 'number' ? String(value) : value]),
        )
      : undefined,
  ),
  json('one value missing', good => Object.fromEntries(Object.entries(good).slice(1))),
  body(
    'JSON that is not UTF-8',
    (good, route) =>
      octetsOf(route) === null ? new Uint8Array([...utf8('{"\u0061'), 0xff, ...good.subarray(2)]) : null,
    ['bad_request'],
  ),
]

/** Everything that is tried with every route that it can be tried with. */
export const CASES: readonly Case[] = [...SIGNATURES, ...OPERATOR, ...ADDRESSES, ...QUERIES, ...BODIES]
