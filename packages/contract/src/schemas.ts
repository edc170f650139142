import { type Static, Type } from '@sinclair/typebox'

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
export type PacketRow = Static<typeof PacketRowSchema>
export type ReleaseRow = Static<typeof ReleaseRowSchema>
export type Usage = Static<typeof UsageSchema>
export type Health = Static<typeof HealthSchema>
