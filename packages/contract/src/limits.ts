/** Every limit of the vault's door, by name. Tests meet each of them. */
export const LIMITS = {
  /** A sealed segment. */
  objectBytes: 8 * 1024 * 1024,
  /** A control entry with its sealed payload. */
  entryBytes: 160 * 1024,
  /** A sealed payload of an entry. */
  payloadBytes: 64 * 1024,
  /** A packet with key-tree nodes. */
  packetBytes: 8 * 1024 * 1024,
  /** Any JSON body. */
  jsonBytes: 64 * 1024,
  /** A request to read: it becomes part of the log. */
  accessRequestBytes: 1024,
  /** All headers of a request. */
  headerBytes: 16 * 1024,
  /** How far a request's clock may be off, in seconds. */
  clockSkewSeconds: 300,
  /** Entries in one answer. */
  entriesPerPage: 256,
  /** Index rows in one answer. */
  objectsPerPage: 1000,
  /** Seconds a long poll may wait. */
  waitSeconds: 25,
  /** Seconds an access token is good for. */
  accessSeconds: 600,
  /** Devices waiting for approval in one household. */
  pendingDevices: 8,
  /** Seconds after which a device that nobody approved is forgotten. */
  pendingSeconds: 15 * 60,
  /** Packets waiting for one device. */
  packetsPerDevice: 64,
  /** Seconds after which a packet that nobody fetched is forgotten. */
  packetSeconds: 30 * 24 * 3600,
  /** Seconds after which a request for a release share is forgotten. */
  releaseSeconds: 10 * 60,
  /** Uploads at once, over all devices; more are asked to come back. */
  uploadsAtOnce: 64,
} as const
