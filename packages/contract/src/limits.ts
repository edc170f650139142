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
  /** Runs of recordings in one answer, and gap objects in one. */
  runsPerPage: 1000,
  /** How many slots of two seconds may lie between two objects of one run. */
  runGapMax: 4096,
  /** Seconds a long poll may wait. */
  waitSeconds: 25,
  /** Seconds an access token is good for. */
  accessSeconds: 600,
  /** Devices waiting for approval in one household. */
  pendingDevices: 8,
  /** Devices waiting in one household that signed in with a passkey: places that strangers cannot take. */
  pendingSignedIn: 8,
  /** Seconds after which a device that nobody approved is forgotten. */
  pendingSeconds: 15 * 60,
  /** Packets waiting for one device. */
  packetsPerDevice: 64,
  /** Seconds after which a packet that nobody fetched is forgotten. */
  packetSeconds: 30 * 24 * 3600,
  /** Seconds after which a request for a release share is forgotten. */
  releaseSeconds: 10 * 60,
  /** Passkeys of one household. */
  passkeysPerHousehold: 64,
  /** A passkey's name, sealed. */
  passkeyNameBytes: 2048,
  /** Seconds in which an authenticator has to answer. */
  challengeSeconds: 5 * 60,
  /** Questions to authenticators open at once, over all devices. */
  challenges: 10_000,
  /** Seconds a sign-in is good for. */
  sessionSeconds: 10 * 60,
  /** Knocks at the doors of strangers (sign-in, asking to join) from one address at once, */
  doorAddressBurst: 60,
  /** and a minute. */
  doorAddressPerMinute: 60,
  /** Of all strangers who ask for one household, at once, */
  doorHouseholdBurst: 60,
  /** and a minute. */
  doorHouseholdPerMinute: 60,
  /** Of all strangers together, at once, */
  doorAllBurst: 600,
  /** and a minute. */
  doorAllPerMinute: 600,
  /** Addresses, and households, whose knocks are counted at one time. */
  doorBuckets: 10_000,
  /** Uploads at once, over all devices; more are asked to come back. */
  uploadsAtOnce: 64,
  /** A live part with its seal: a key frame of a 4K camera fits. */
  livePartBytes: 1024 * 1024,
  /** A message between devices over the relay, decoded. */
  relayMessageBytes: 1024 * 1024,
  /** The signed first message of a connection to the relay, with all that comes before the answer. */
  relayHelloBytes: 4 * 1024,
  /** Seconds until it must be there. */
  relayHelloSeconds: 5,
  /** Connections to the relay that have not said who they are, over all strangers. */
  relayUnsigned: 64,
  /** What may wait in the vault for a watcher before live parts are left out, until the next one that starts with a key frame. */
  relayBufferBytes: 1024 * 1024,
  /** What may wait for a device altogether; with more, its connection is given up. */
  relayBacklogBytes: 8 * 1024 * 1024,
  /** Live parts since the last key frame that are kept for whoever begins to watch, for each watched stream. */
  relayGroupBytes: 4 * 1024 * 1024,
  /** Messages of a connection in a second, on average; so many may come at once. */
  relaySendsPerSecond: 64,
  /** Live parts of a connection in a second, on average; so many may come at once. */
  relayPartsPerSecond: 1024,
  /** Connections of one device to the relay; the oldest makes room. */
  relaySocketsPerDevice: 8,
  /** Streams that one connection watches. */
  relayWatches: 64,
} as const
