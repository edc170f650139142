import { type Static, Type } from '@sinclair/typebox'
import { LIMITS } from './limits.ts'

/** What travels as JSON. Bytes are base64 (RFC 4648 §4), times milliseconds since 1970, leaves unsigned 32-bit numbers. */
const Id = Type.String({ pattern: '^[a-z2-7]{26}$' })
const Base64 = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', maxLength })
const Hash = Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' })
const Leaf = Type.Integer({ minimum: 0, maximum: 0xffff_ffff })
const Count = Type.Integer({ minimum: 0 })
const closed = { additionalProperties: false }

/** Where a leaf of the log stands and how to check it. */
export const LoggedSchema = Type.Object(
  { logIndex: Count, checkpoint: Type.String({ maxLength: 65_536 }), proof: Type.Array(Hash, { maxItems: 63 }) },
  closed,
)
export const AppendedSchema = Type.Object(
  {
    sequence: Count,
    logIndex: Count,
    checkpoint: Type.String({ maxLength: 65_536 }),
    proof: Type.Array(Hash, { maxItems: 63 }),
  },
  closed,
)
export const ProofSchema = Type.Object({ proof: Type.Array(Hash, { maxItems: 63 }) }, closed)

export const AccessRequestSchema = Type.Object(
  { stream: Id, lo: Leaf, hi: Leaf, purpose: Type.Union([Type.Literal('own')]) },
  closed,
)
export const AccessSchema = Type.Object(
  {
    token: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
    expires: Count,
    entry: Base64(90_000),
    logIndex: Count,
    checkpoint: Type.String({ maxLength: 65_536 }),
    proof: Type.Array(Hash, { maxItems: 63 }),
  },
  closed,
)

export const ObjectRowSchema = Type.Object(
  {
    objectId: Id,
    stream: Id,
    generation: Leaf,
    leaf: Leaf,
    kind: Type.Integer({ minimum: 0, maximum: 255 }),
    size: Count,
    sha256: Hash,
    receivedAt: Count,
  },
  closed,
)
export const ObjectPageSchema = Type.Object(
  { objects: Type.Array(ObjectRowSchema), next: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]) },
  closed,
)
/** Where a stream has recordings: `count` objects of `bytes` together between the leaves lo and hi, with no break among them. */
export const RunSchema = Type.Object({ lo: Leaf, hi: Leaf, count: Count, bytes: Count }, closed)
export const RunPageSchema = Type.Object(
  {
    runs: Type.Array(RunSchema),
    /** Objects that stand for time without recording, in leaf order; the reason is sealed inside. */
    gaps: Type.Array(Type.Object({ objectId: Id, leaf: Leaf, generation: Leaf }, closed)),
    /** The first leaf of the next page. */
    next: Type.Union([Leaf, Type.Null()]),
  },
  closed,
)
export const StoredSchema = Type.Object(
  { objectId: Id, stored: Type.Union([Type.Literal('new'), Type.Literal('same')]) },
  closed,
)

const PrekeySchema = Type.Object({ id: Leaf, publicKey: Base64(1624) }, closed)
/** `claim`: proof of the code in the hub's link, docs/formats/join.md §Claim links. A browser has no prekeys. */
export const PendingRequestSchema = Type.Object(
  { publicKey: Hash, prekeys: Type.Array(PrekeySchema, { maxItems: 8 }), commitment: Hash, claim: Type.Optional(Hash) },
  closed,
)
export const ChallengeSchema = Type.Object(
  { nonce: Hash, publicKey: Hash, chainHead: Hash, signature: Base64(88), claim: Type.Optional(Hash) },
  closed,
)
export const RevealSchema = Type.Object({ nonce: Hash }, closed)
/** `name`: what the device is called, sealed for the hub; always 220 bytes. */
export const ConfirmSchema = Type.Object(
  { mac: Hash, name: Type.String({ pattern: '^[A-Za-z0-9+/]{294}==$' }) },
  closed,
)
export const PendingSchema = Type.Object(
  {
    device: Id,
    publicKey: Hash,
    prekeys: Type.Array(PrekeySchema, { maxItems: 8 }),
    commitment: Hash,
    challenge: Type.Union([ChallengeSchema, Type.Null()]),
    reveal: Type.Union([RevealSchema, Type.Null()]),
    claim: Type.Optional(Hash),
    confirm: Type.Optional(ConfirmSchema),
    /** Somebody with a passkey of the household asks: only a place in the queue of its own, no reason to let it in. */
    signedIn: Type.Boolean(),
    createdAt: Count,
    expiresAt: Count,
  },
  closed,
)
export const PendingListSchema = Type.Object({ pending: Type.Array(PendingSchema) }, closed)

/** base64url (RFC 4648 §5), as WebAuthn's JSON has it. */
const Base64Url = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9_-]*$', maxLength })
/** A credential's id: at most 1023 bytes (WebAuthn §4). */
const CredentialId = Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: 1364 })
const Session = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })
export const CredentialIdSchema = CredentialId
/** The witnesses that a browser which comes by this passkey has to demand, and how many of them. */
export const PasskeyFactsSchema = Type.Object(
  { witnesses: Type.Array(Type.String({ minLength: 1, maxLength: 512 }), { maxItems: 32 }), quorum: Count },
  closed,
)
/** Options and answers are WebAuthn's own (level 3, §5.1.8 and §5.1.9): browsers may add fields to them. */
export const WebAuthnOptionsSchema = Type.Object({ challenge: Base64Url(512) })
const PublicKeyCredential = { id: CredentialId, rawId: CredentialId, type: Type.Literal('public-key') }
const Extensions = { clientExtensionResults: Type.Optional(Type.Object({})) }
export const PasskeyRegistrationSchema = Type.Object(
  {
    /** Sealed by the device: the vault does not learn what people call it. */
    name: Base64(LIMITS.passkeyNameBytes),
    response: Type.Object({
      ...PublicKeyCredential,
      ...Extensions,
      response: Type.Object({
        clientDataJSON: Base64Url(4096),
        attestationObject: Base64Url(16_384),
        transports: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 16 })),
      }),
    }),
  },
  closed,
)
export const PasskeyRowSchema = Type.Object(
  {
    id: CredentialId,
    /** Where it was registered. */
    device: Id,
    name: Base64(LIMITS.passkeyNameBytes),
    transports: Type.Array(Type.String({ maxLength: 32 })),
    createdAt: Count,
    lastUsedAt: Type.Union([Count, Type.Null()]),
  },
  closed,
)
export const PasskeyListSchema = Type.Object({ passkeys: Type.Array(PasskeyRowSchema) }, closed)
export const PasskeyAssertionSchema = Type.Object({
  ...PublicKeyCredential,
  ...Extensions,
  response: Type.Object({
    clientDataJSON: Base64Url(4096),
    authenticatorData: Base64Url(4096),
    signature: Base64Url(4096),
    userHandle: Type.Optional(Type.Union([Base64Url(128), Type.Null()])),
  }),
})
export const SignInSchema = Type.Object({ response: PasskeyAssertionSchema }, closed)
/** What a new browser has to know to ask, and the session that goes with its request in `x-session`. */
export const SignedInSchema = Type.Object(
  {
    household: Id,
    witnesses: Type.Array(Type.String({ maxLength: 512 }), { maxItems: 32 }),
    quorum: Count,
    session: Session,
    expires: Count,
  },
  closed,
)

export const PacketRowSchema = Type.Object({ packetId: Id, sender: Id, size: Count, createdAt: Count }, closed)
export const PacketListSchema = Type.Object({ packets: Type.Array(PacketRowSchema) }, closed)

/** `ephemeralKey`: an X-Wing public key (1216 B) ‖ the recipient’s Ed25519 signature of it (64 B), so that the vault cannot put its own there. */
export const ReleaseRequestSchema = Type.Object({ ephemeralKey: Base64(1708) }, closed)
export const ReleaseRowSchema = Type.Object({ packetId: Id, recipient: Id, ephemeralKey: Base64(1708) }, closed)
export const ReleaseListSchema = Type.Object({ releases: Type.Array(ReleaseRowSchema) }, closed)
export const ReleaseShareSchema = Type.Object({ sealed: Base64(1600) }, closed)

export const UsageSchema = Type.Object(
  {
    objects: Count,
    bytes: Count,
    quotaBytes: Type.Union([Count, Type.Null()]),
    logSize: Count,
    purging: Count,
    witnesses: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          vkey: Type.String(),
          cosignedAt: Type.Union([Count, Type.Null()]),
          error: Type.Union([Type.String(), Type.Null()]),
        },
        closed,
      ),
    ),
    now: Count,
  },
  closed,
)
export const HealthSchema = Type.Object(
  { status: Type.Literal('ok'), database: Type.String(), blobs: Type.String(), logKey: Hash, origin: Type.String() },
  closed,
)
export const ProblemSchema = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.Optional(Type.String()),
  info: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
})

export const IdSchema = Id
export const LeafSchema = Leaf

export type Logged = Static<typeof LoggedSchema>
export type Appended = Static<typeof AppendedSchema>
export type AccessRequest = Static<typeof AccessRequestSchema>
export type AccessGrant = Static<typeof AccessSchema>
export type ObjectRow = Static<typeof ObjectRowSchema>
export type ObjectPage = Static<typeof ObjectPageSchema>
export type RunPage = Static<typeof RunPageSchema>
export type Stored = Static<typeof StoredSchema>
export type PendingRequest = Static<typeof PendingRequestSchema>
export type Challenge = Static<typeof ChallengeSchema>
export type Reveal = Static<typeof RevealSchema>
export type Confirm = Static<typeof ConfirmSchema>
export type Pending = Static<typeof PendingSchema>
export type PasskeyFacts = Static<typeof PasskeyFactsSchema>
export type PasskeyRegistration = Static<typeof PasskeyRegistrationSchema>
export type PasskeyRow = Static<typeof PasskeyRowSchema>
export type PasskeyAssertion = Static<typeof PasskeyAssertionSchema>
export type SignedIn = Static<typeof SignedInSchema>
export type PacketRow = Static<typeof PacketRowSchema>
export type ReleaseRow = Static<typeof ReleaseRowSchema>
export type Usage = Static<typeof UsageSchema>
export type Health = Static<typeof HealthSchema>
