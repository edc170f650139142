import { type TSchema, Type } from '@sinclair/typebox'
import type { ErrorCode } from './errors.ts'
import { LIMITS } from './limits.ts'
import * as s from './schemas.ts'

/**
 * Who may call. founder: the key in the genesis. joiner: a key that asks to join (the body or the address names it). member: an active
 * device. reader: a member that may hold history. recorder, admin: members with that role. operator: whoever has the operator's token.
 */
export type Auth = 'founder' | 'joiner' | 'member' | 'reader' | 'recorder' | 'admin' | 'operator' | 'any_device'

export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With `:name` parameters; `*` is the rest. */
  readonly path: string
  readonly auth: Auth
  readonly summary: string
  readonly params?: TSchema
  readonly query?: TSchema
  /** A JSON schema, or raw bytes with their limit. */
  readonly body?: TSchema | { readonly octets: number }
  /** How long a JSON body may be, where less than `LIMITS.jsonBytes` is enough. */
  readonly bodyBytes?: number
  /** A JSON schema, or what else is answered. */
  readonly response: TSchema | 'octets' | 'text' | 'cbor' | 'none'
  readonly errors: readonly ErrorCode[]
}

const HH = '/v1/households/:household'
const household = { household: s.IdSchema }
const closed = { additionalProperties: false }
const P = (more: Record<string, TSchema> = {}) => Type.Object({ ...household, ...more })
const number = (maximum: number) => Type.Integer({ minimum: 0, maximum })
/** A page of nothing would be asked for again and again. */
const page = (maximum: number) => Type.Integer({ minimum: 1, maximum })
const MAX = Number.MAX_SAFE_INTEGER

export const ROUTES = {
  createHousehold: {
    method: 'POST',
    path: '/v1/households',
    auth: 'founder',
    summary: 'Found a household: the body is its genesis.',
    body: { octets: LIMITS.entryBytes },
    response: s.AppendedSchema,
    errors: ['bad_entry', 'household_exists', 'entry_rejected'],
  },
  appendEntry: {
    method: 'POST',
    path: `${HH}/entries`,
    auth: 'member',
    params: P(),
    summary: 'Append a control entry. The body is CBOR [entry, sealed payload or null].',
    body: { octets: LIMITS.entryBytes },
    response: s.AppendedSchema,
    errors: ['bad_entry', 'chain_conflict', 'entry_rejected', 'log_unavailable'],
  },
  listEntries: {
    method: 'GET',
    path: `${HH}/entries`,
    auth: 'member',
    params: P(),
    summary:
      'Control entries in log order from place `from` among them; waits up to `wait` seconds for one. CBOR [[entry, logIndex, payload or null] …].',
    query: Type.Object(
      {
        from: number(MAX),
        limit: Type.Optional(page(LIMITS.entriesPerPage)),
        wait: Type.Optional(number(LIMITS.waitSeconds)),
      },
      closed,
    ),
    response: 'cbor',
    errors: [],
  },
  checkpoint: {
    method: 'GET',
    path: `${HH}/log/checkpoint`,
    auth: 'member',
    params: P(),
    summary: 'The newest checkpoint, cosigned.',
    response: 'text',
    errors: [],
  },
  tile: {
    method: 'GET',
    path: `${HH}/log/tile/*`,
    auth: 'member',
    params: P({ '*': Type.String({ maxLength: 64 }) }),
    summary: 'A tile or an entry bundle (c2sp.org/tlog-tiles).',
    response: 'octets',
    errors: [],
  },
  inclusion: {
    method: 'GET',
    path: `${HH}/log/inclusion`,
    auth: 'member',
    params: P(),
    summary: 'An inclusion proof (RFC 6962).',
    query: Type.Object({ index: number(MAX), size: number(MAX) }, closed),
    response: s.ProofSchema,
    errors: ['bad_range'],
  },
  consistency: {
    method: 'GET',
    path: `${HH}/log/consistency`,
    auth: 'member',
    params: P(),
    summary: 'A consistency proof (RFC 6962).',
    query: Type.Object({ old: number(MAX), new: number(MAX) }, closed),
    response: s.ProofSchema,
    errors: ['bad_range'],
  },
  putObject: {
    method: 'PUT',
    path: `${HH}/objects/:objectId`,
    auth: 'recorder',
    params: P({ objectId: s.IdSchema }),
    summary: 'Store a sealed segment. The same again is fine; a different one under the same id is refused.',
    body: { octets: LIMITS.objectBytes },
    response: s.StoredSchema,
    errors: ['bad_segment', 'object_differs', 'deleted_range', 'quota_exceeded', 'storage_full', 'busy'],
  },
  listObjects: {
    method: 'GET',
    path: `${HH}/objects`,
    auth: 'reader',
    params: P(),
    summary: 'What is stored of leaves lo…hi of a stream, in leaf order.',
    query: Type.Object(
      {
        stream: s.IdSchema,
        lo: s.LeafSchema,
        hi: s.LeafSchema,
        cursor: Type.Optional(Type.String({ maxLength: 64 })),
        limit: Type.Optional(page(LIMITS.objectsPerPage)),
      },
      closed,
    ),
    response: s.ObjectPageSchema,
    errors: ['bad_range'],
  },
  listRuns: {
    method: 'GET',
    path: `${HH}/runs`,
    auth: 'reader',
    params: P(),
    summary: 'Where leaves lo…hi of a stream are recorded, in runs whose neighbours lie fewer than `gap` slots apart.',
    query: Type.Object(
      {
        stream: s.IdSchema,
        lo: s.LeafSchema,
        hi: s.LeafSchema,
        gap: Type.Integer({ minimum: 2, maximum: LIMITS.runGapMax }),
      },
      closed,
    ),
    response: s.RunPageSchema,
    errors: ['bad_range'],
  },
  draftManifest: {
    method: 'POST',
    path: `${HH}/manifests`,
    auth: 'recorder',
    params: P(),
    summary:
      'What is stored of an hour that this device recorded, for its manifest. The list is kept. CBOR [[stream, list] …].',
    query: Type.Object({ hour: s.LeafSchema }, closed),
    response: 'cbor',
    errors: ['bad_range', 'busy'],
  },
  getManifest: {
    method: 'GET',
    path: `${HH}/manifests`,
    auth: 'reader',
    params: P(),
    summary: 'What a manifest in the log stands for: CBOR [summaries of its streams, list of one of them or null].',
    query: Type.Object({ hour: s.LeafSchema, recorder: s.IdSchema, stream: s.IdSchema }, closed),
    response: 'cbor',
    errors: ['not_found'],
  },
  requestAccess: {
    method: 'POST',
    path: `${HH}/access`,
    auth: 'reader',
    params: P(),
    summary: 'Ask to read a range: the access is in the log before the token exists.',
    body: s.AccessRequestSchema,
    // It goes into the log as it is: a leaf has at most 65,535 bytes, and each is kept for ever.
    bodyBytes: LIMITS.accessRequestBytes,
    response: s.AccessSchema,
    errors: ['bad_range', 'log_unavailable'],
  },
  getObject: {
    method: 'GET',
    path: `${HH}/objects/:objectId`,
    auth: 'reader',
    params: P({ objectId: s.IdSchema }),
    summary: 'A sealed segment, with the token of a logged access in x-access-token; Range is understood.',
    response: 'octets',
    errors: ['token_missing', 'token_invalid', 'deleted_range', 'range_not_satisfiable'],
  },
  requestJoin: {
    method: 'POST',
    path: `${HH}/pending`,
    auth: 'joiner',
    params: P(),
    summary:
      'Ask to join: signed by the new device’s own key; with the session of a sign-in in x-session, if it has one.',
    body: s.PendingRequestSchema,
    response: s.PendingSchema,
    errors: ['too_many', 'pending_state', 'session_invalid'],
  },
  listPending: {
    method: 'GET',
    path: `${HH}/pending`,
    auth: 'admin',
    params: P(),
    summary: 'Devices that ask to join.',
    response: s.PendingListSchema,
    errors: [],
  },
  getPending: {
    method: 'GET',
    path: `${HH}/pending/:device`,
    auth: 'joiner',
    params: P({ device: s.IdSchema }),
    summary: 'One’s own request to join; an admin sees any.',
    response: s.PendingSchema,
    errors: ['gone'],
  },
  challengePending: {
    method: 'PUT',
    path: `${HH}/pending/:device/challenge`,
    auth: 'admin',
    params: P({ device: s.IdSchema }),
    summary: 'The approving device’s half of the comparison, once.',
    body: s.ChallengeSchema,
    response: s.PendingSchema,
    errors: ['gone', 'pending_state'],
  },
  revealPending: {
    method: 'PUT',
    path: `${HH}/pending/:device/reveal`,
    auth: 'joiner',
    params: P({ device: s.IdSchema }),
    summary: 'The new device opens its commitment, after the challenge.',
    body: s.RevealSchema,
    response: s.PendingSchema,
    errors: ['gone', 'pending_state'],
  },
  confirmPending: {
    method: 'PUT',
    path: `${HH}/pending/:device/confirm`,
    auth: 'joiner',
    params: P({ device: s.IdSchema }),
    summary: 'The new device’s person has compared the digits of a claim link, once.',
    body: s.ConfirmSchema,
    response: s.PendingSchema,
    errors: ['gone', 'pending_state'],
  },
  cancelPending: {
    method: 'DELETE',
    path: `${HH}/pending/:device`,
    auth: 'joiner',
    params: P({ device: s.IdSchema }),
    summary: 'Withdraw (joiner) or refuse (admin).',
    response: 'none',
    errors: [],
  },
  signInOptions: {
    method: 'POST',
    path: '/v1/sign-in/options',
    auth: 'any_device',
    summary: 'Options for navigator.credentials.get, for any passkey.',
    response: s.WebAuthnOptionsSchema,
    errors: ['too_many', 'bad_origin'],
  },
  signIn: {
    method: 'POST',
    path: '/v1/sign-in',
    auth: 'any_device',
    summary: 'Show a passkey: where to ask to join, and a session for asking. It opens nothing.',
    body: s.SignInSchema,
    response: s.SignedInSchema,
    errors: ['too_many', 'bad_origin', 'passkey_invalid', 'passkey_unknown'],
  },
  passkeyOptions: {
    method: 'POST',
    path: `${HH}/passkeys/options`,
    auth: 'member',
    params: P(),
    summary: 'Options for navigator.credentials.create.',
    body: s.PasskeyFactsSchema,
    response: s.WebAuthnOptionsSchema,
    errors: ['too_many', 'bad_origin'],
  },
  registerPasskey: {
    method: 'POST',
    path: `${HH}/passkeys`,
    auth: 'member',
    params: P(),
    summary: 'Keep a new passkey.',
    body: s.PasskeyRegistrationSchema,
    response: s.PasskeyRowSchema,
    errors: ['passkey_invalid', 'too_many'],
  },
  listPasskeys: {
    method: 'GET',
    path: `${HH}/passkeys`,
    auth: 'member',
    params: P(),
    summary: 'The household’s passkeys.',
    response: s.PasskeyListSchema,
    errors: [],
  },
  removePasskey: {
    method: 'DELETE',
    path: `${HH}/passkeys/:credential`,
    auth: 'admin',
    params: P({ credential: s.CredentialIdSchema }),
    summary: 'Forget a passkey, and the sign-ins that came by it.',
    response: 'none',
    errors: [],
  },
  putPacket: {
    method: 'PUT',
    path: `${HH}/packets/:packetId`,
    auth: 'member',
    params: P({ packetId: s.IdSchema }),
    summary: 'Leave a packet for a device.',
    body: { octets: LIMITS.packetBytes },
    response: 'none',
    errors: ['bad_packet', 'unknown_device', 'too_many', 'object_differs'],
  },
  listPackets: {
    method: 'GET',
    path: `${HH}/packets`,
    auth: 'member',
    params: P(),
    summary: 'Packets for this device.',
    response: s.PacketListSchema,
    errors: [],
  },
  getPacket: {
    method: 'GET',
    path: `${HH}/packets/:packetId`,
    auth: 'member',
    params: P({ packetId: s.IdSchema }),
    summary: 'A packet for this device.',
    response: 'octets',
    errors: [],
  },
  deletePacket: {
    method: 'DELETE',
    path: `${HH}/packets/:packetId`,
    auth: 'member',
    params: P({ packetId: s.IdSchema }),
    summary: 'The packet was opened (recipient) or is withdrawn (sender).',
    response: 'none',
    errors: [],
  },
  requestRelease: {
    method: 'POST',
    path: `${HH}/packets/:packetId/release`,
    auth: 'member',
    params: P({ packetId: s.IdSchema }),
    summary: 'The recipient asks the sender for the second secret, to an ephemeral key.',
    body: s.ReleaseRequestSchema,
    response: 'none',
    errors: [],
  },
  listReleases: {
    method: 'GET',
    path: `${HH}/releases`,
    auth: 'member',
    params: P(),
    summary: 'Requests that wait for this device as a sender.',
    response: s.ReleaseListSchema,
    errors: [],
  },
  putRelease: {
    method: 'PUT',
    path: `${HH}/packets/:packetId/release`,
    auth: 'member',
    params: P({ packetId: s.IdSchema }),
    summary: 'The sender hands the second secret over, sealed.',
    body: s.ReleaseShareSchema,
    response: 'none',
    errors: ['gone'],
  },
  takeRelease: {
    method: 'GET',
    path: `${HH}/packets/:packetId/release`,
    auth: 'member',
    params: P({ packetId: s.IdSchema }),
    summary: 'The recipient takes it, once.',
    response: s.ReleaseShareSchema,
    errors: ['gone'],
  },
  usage: {
    method: 'GET',
    path: `${HH}/usage`,
    auth: 'member',
    params: P(),
    summary: 'What the vault holds for this household.',
    response: s.UsageSchema,
    errors: [],
  },
  about: {
    method: 'GET',
    path: '/v1/about',
    auth: 'any_device',
    summary: 'The vault’s key and origin, which a new household pins.',
    response: s.HealthSchema,
    errors: [],
  },
  health: {
    method: 'GET',
    path: '/v1/health',
    auth: 'operator',
    summary: 'Is everything the vault needs there?',
    response: s.HealthSchema,
    errors: [],
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    auth: 'operator',
    summary: 'Metrics for Prometheus.',
    response: 'text',
    errors: [],
  },
  openapi: {
    method: 'GET',
    path: '/v1/openapi.json',
    auth: 'any_device',
    summary: 'This description.',
    response: Type.Unknown(),
    errors: [],
  },
} as const satisfies Record<string, Route>

export type RouteName = keyof typeof ROUTES
export const ROUTE_NAMES = Object.keys(ROUTES) as readonly RouteName[]

/** Fills a route's address. @throws Error when a parameter is missing: a mistake of ours */
export function routePath(name: RouteName, params: Readonly<Record<string, string>> = {}): string {
  return ROUTES[name].path.replace(/:(\w+)|\*/g, (_, key: string | undefined) => {
    const value = params[key ?? '*']
    if (value === undefined) throw new Error(`parameter ${key ?? '*'}`)
    return key ? encodeURIComponent(value) : value
  })
}
