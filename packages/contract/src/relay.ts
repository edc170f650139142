import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { ERRORS, type ErrorCode } from './errors.ts'
import { LIMITS } from './limits.ts'
import { IdSchema as Id } from './schemas.ts'

/**
 * The relay: one WebSocket between a device and the vault (docs/formats/relay.md). Devices of a household that are there at the same
 * time send each other sealed messages and live parts through it; nothing of that is stored.
 *
 * The device's first message is `Hello`: the headers of a signed GET of the relay's own address (signing.ts), since a browser cannot
 * set headers on a WebSocket. It must come within `LIMITS.relayHelloSeconds`; before `ready` nothing else may be sent.
 */
export const RELAY_PATH = '/v1/households/:household/relay'
/** The subprotocol (RFC 6455 §1.9) that both sides name. */
export const RELAY_PROTOCOL = 'hausrecht.relay.1'

const closed = { additionalProperties: false }
const message = <T extends string>(type: T) => ({ type: Type.Literal(type) })
/** Sealed by the devices, base64 (RFC 4648 §4); the vault cannot read it. */
const BODY_TEXT = Math.ceil(LIMITS.relayMessageBytes / 3) * 4
const Body = Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', maxLength: BODY_TEXT })
const Token = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' })
const Code = Type.Union((Object.keys(ERRORS) as ErrorCode[]).map(code => Type.Literal(code)))

const HelloSchema = Type.Object(
  { 'signature-input': Type.String({ maxLength: 512 }), signature: Type.String({ maxLength: 128 }) },
  closed,
)

/** To a device that is there: all its connections get it. Whoever is not there gets nothing, and the sender an `absent`. */
const SendSchema = Type.Object({ ...message('send'), to: Id, body: Body }, closed)
/**
 * Live parts of a stream, against the token of a logged access whose range covers now. Watching ends with the token (`refused`,
 * `token_invalid`); a new `watch` of the same stream with a new token goes on without a break.
 */
const WatchSchema = Type.Object({ ...message('watch'), stream: Id, token: Token }, closed)
const UnwatchSchema = Type.Object({ ...message('unwatch'), stream: Id }, closed)
const ToVaultSchema = Type.Union([SendSchema, WatchSchema, UnwatchSchema])

/** The connection is good; which devices of the household are there, this one among them. */
const ReadySchema = Type.Object({ ...message('ready'), online: Type.Array(Id) }, closed)
const OnlineSchema = Type.Object({ ...message('online'), device: Id, online: Type.Boolean() }, closed)
/** `from` is true: the vault knows who signed. What it says is sealed and not the vault's business. */
const MessageSchema = Type.Object({ ...message('message'), from: Id, body: Body }, closed)
const AbsentSchema = Type.Object({ ...message('absent'), to: Id }, closed)
const WatchingSchema = Type.Object({ ...message('watching'), stream: Id }, closed)
/** Not watched, or not any more. */
const RefusedSchema = Type.Object({ ...message('refused'), stream: Id, code: Code }, closed)
/**
 * To the recorder of a stream, when it changes and when the recorder comes: who watches. A recorder sends live parts while the list is
 * not empty, starting with the newest key frame when it stops being empty; who comes later gets the parts since the last key frame
 * from the vault.
 */
const ViewersSchema = Type.Object({ ...message('viewers'), stream: Id, devices: Type.Array(Id) }, closed)
/** There is something new to fetch by the usual route. A hint: nothing is lost when it is. */
const NewsSchema = Type.Object(
  {
    ...message('news'),
    what: Type.Union([
      /** The chain has grown. To everybody. */
      Type.Literal('entries'),
      /** A packet lies here. To its recipient. */
      Type.Literal('packets'),
      /** A release share is asked for (to the sender of the packet) or is there (to its recipient). */
      Type.Literal('releases'),
      /** A device asks to join, or has gone on with it. To admins. */
      Type.Literal('pending'),
    ]),
  },
  closed,
)
/** Every `RELAY_BEAT_MS` to everybody: a line that has been silent for much longer is dead. Browsers do not show pings to a page. */
const BeatSchema = Type.Object(message('beat'), closed)
const FromVaultSchema = Type.Union([
  BeatSchema,
  ReadySchema,
  OnlineSchema,
  MessageSchema,
  AbsentSchema,
  WatchingSchema,
  RefusedSchema,
  ViewersSchema,
  NewsSchema,
])

/** Between two beats, and between two pings (RFC 6455 §5.5.2): who has not answered one when the next is due is gone. */
export const RELAY_BEAT_MS = 20_000

export type Hello = Static<typeof HelloSchema>
export type ToVault = Static<typeof ToVaultSchema>
export type FromVault = Static<typeof FromVaultSchema>
export type News = Static<typeof NewsSchema>['what']

function read<T extends TSchema>(schema: T, text: string): Static<T> | null {
  try {
    const value: unknown = JSON.parse(text)
    return Value.Check(schema, value) ? value : null
  } catch {
    return null
  }
}

/** Null for everything that is not exactly one of our messages. */
export const readHello = (text: string): Hello | null => read(HelloSchema, text)
export const readToVault = (text: string): ToVault | null => read(ToVaultSchema, text)
export const readFromVault = (text: string): FromVault | null => read(FromVaultSchema, text)

/**
 * How the vault ends a connection: the code is 4000 + the HTTP status of the error, the reason is the error's code. Besides that 1001
 * (the vault stops; come back), 1009 (a message beyond every limit).
 */
export const relayCloseCode = (code: ErrorCode): number => 4000 + ERRORS[code][0]
export const RELAY_GOING_AWAY = 1001

/** A live part on the wire, the same from recorder to vault and from vault to watcher: version ‖ flags ‖ sealed object. */
const LIVE_VERSION = 1
const LIVE_HEAD = 2
const LIVE_STARTS_WITH_KEY = 1
/** The longest live message, in bytes: shorter than the longest text. */
const LIVE_BYTES = LIVE_HEAD + LIMITS.livePartBytes
/** The longest text message, in bytes: a body and what stands around it. */
export const RELAY_TEXT_BYTES = BODY_TEXT + 256

export type LivePart = {
  /** Can be decoded without any part before it. Always true for sound. */
  readonly startsWithKey: boolean
  /** A sealed segment (`HHS1`) of kind liveVideo or liveAudio. */
  readonly object: Uint8Array
}

export function encodeLive({ startsWithKey, object }: LivePart): Uint8Array {
  const message = new Uint8Array(LIVE_HEAD + object.length)
  message[0] = LIVE_VERSION
  message[1] = startsWithKey ? LIVE_STARTS_WITH_KEY : 0
  message.set(object, LIVE_HEAD)
  return message
}

/** Null for everything that is not a live part of this version. `object` is a view into the message. */
export function decodeLive(message: Uint8Array): LivePart | null {
  if (message.length <= LIVE_HEAD || message.length > LIVE_BYTES || message[0] !== LIVE_VERSION) return null
  const flags = message[1] ?? 0
  if (flags > LIVE_STARTS_WITH_KEY) return null
  return { startsWithKey: flags === LIVE_STARTS_WITH_KEY, object: message.subarray(LIVE_HEAD) }
}
