import type { ColumnType, Generated } from 'kysely'

type Bytes = Uint8Array
/** PostgreSQL's bigint; read as a number (all of ours are safe integers). */
type Big = ColumnType<number, number, number>

/** The tables. Ids are base32 text, times milliseconds since 1970. Nothing here can open a segment. */
export type Tables = {
  household: {
    id: string
    created_at: Big
    log_size: Big
    /** Hashes of the log's complete subtrees, joined. */
    frontier: Bytes
    checkpoint: string
    /** Control entries so far. */
    entries: Big
    objects: Big
    bytes: Big
  }
  log_leaf: { household: string; index: Big; data: Bytes }
  log_node: { household: string; level: number; index: Big; hash: Bytes }
  entry: { household: string; place: Big; log_index: Big; data: Bytes; payload: Bytes | null }
  object: {
    household: string
    object_id: string
    stream: string
    generation: Big
    leaf: Big
    kind: number
    size: Big
    sha256: Bytes
    recorder: string
    received_at: Big
  }
  purge: {
    household: string
    object_id: string
    size: Big
    queued_at: Big
    tries: Generated<number>
    /** The order that it goes by; null when it only came late, or ended by a rule. */
    order_id: string | null
    sha256: Bytes | null
  }
  /** Of each order what was queued by it; `logged` when the log says that it is gone. */
  removal: { household: string; order_id: string; objects: Big; bytes: Big; root: Bytes; logged: Generated<boolean> }
  /** What a recorder signs of an hour; not `logged`: the draft that it has to check first. */
  manifest: {
    household: string
    recorder: string
    hour: Big
    objects: Big
    root: Bytes
    logged: Generated<boolean>
  }
  /** One stream of it. `list`: leaf, id, hash and length of each object, null when all of them have ended. */
  manifest_list: {
    household: string
    recorder: string
    hour: Big
    stream: string
    objects: Big
    root: Bytes
    list: Bytes | null
  }
  access_token: { hash: Bytes; household: string; device: string; stream: string; lo: Big; hi: Big; expires: Big }
  pending: {
    household: string
    device: string
    request: string
    challenge: string | null
    reveal: string | null
    confirm: string | null
    /** Asked with a session of a passkey. */
    signed_in: boolean
    created_at: Big
    expires_at: Big
  }
  /** Whom passkeys belong to: a household, and the witnesses that were named when they were made. `id` is their user handle. */
  account: { id: string; household: string; witnesses: string; quorum: number; created_at: Big }
  passkey: {
    credential: string
    account: string
    household: string
    /** Where it was registered. */
    device: string
    /** Sealed by that device. */
    name: string
    public_key: Bytes
    counter: Big
    transports: string
    created_at: Big
    last_used_at: ColumnType<number | null, number | null, number | null>
  }
  passkey_challenge: {
    device: string
    purpose: string
    challenge: string
    origin: string
    rp_id: string
    about: string
    expires_at: Big
  }
  session: { hash: Bytes; household: string; device: string; credential: string; expires_at: Big }
  packet: { household: string; packet_id: string; sender: string; recipient: string; data: Bytes; created_at: Big }
  release: {
    household: string
    packet_id: string
    sender: string
    recipient: string
    ephemeral_key: string
    sealed: string | null
    expires_at: Big
  }
}
