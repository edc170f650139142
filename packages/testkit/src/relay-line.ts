import {
  decodeLive,
  encodeLive,
  type FromVault,
  RELAY_PATH,
  RELAY_PROTOCOL,
  readFromVault,
} from '@hausrecht/contract/relay'
import type { AccessGrant } from '@hausrecht/contract/schemas'
import { deviceIdOf, newObjectId, type StreamId } from '@hausrecht/crypto/ids'
import { randomBytes } from '@hausrecht/crypto/random'
import type { SigningKey } from '@hausrecht/crypto/signature'
import { encodeHeader, objectLength, type SegmentHeader } from '@hausrecht/media/segment/header'
import { KINDS } from '@hausrecht/media/segment/kinds'
import { paddedLength } from '@hausrecht/media/segment/padding'
import { WebSocket } from 'ws'
import type { RawHousehold } from './raw-household.ts'
import { signedHeaders } from './raw-request.ts'
import { until } from './until.ts'

/** `ca`: whom to believe the vault's certificate. */
type Options = { readonly protocol?: string; readonly origin?: string; readonly ca?: Uint8Array }
type MessageOf<T extends FromVault['type']> = Extract<FromVault, { type: T }>

/** A connection to the relay as any program could make one: keeps all it hears, sends whatever it is told. */
export class Line {
  readonly socket: WebSocket
  readonly heard: FromVault[] = []
  readonly parts: Uint8Array[] = []
  closed: { readonly code: number; readonly reason: string } | null = null
  /** Status of an answer that was no upgrade. */
  refused: number | null = null

  constructor(url: string, household: string, { protocol = RELAY_PROTOCOL, origin, ca }: Options = {}) {
    const target = RELAY_PATH.replace(':household', household)
    this.socket = new WebSocket(url.replace(/^http/, 'ws') + target, protocol, {
      ...(origin !== undefined && { origin }),
      ...(ca && { ca: Buffer.from(ca) }),
    })
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.parts.push(new Uint8Array(data))
      else this.heard.push(readFromVault(data.toString()) ?? fail(data.toString()))
    })
    this.socket.on('unexpected-response', (_, response) => {
      this.refused = response.statusCode ?? 0
      response.resume()
    })
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() }
    })
    this.socket.on('error', () => undefined)
  }

  /** Connected, signed and ready. */
  static async open(house: RawHousehold, key: SigningKey): Promise<Line> {
    const line = new Line(house.url, house.household)
    await line.opened()
    line.say(await hello(house, key))
    await line.hears('ready')
    return line
  }

  opened(): Promise<unknown> {
    return until(() => this.socket.readyState === WebSocket.OPEN, { what: 'a connection' })
  }

  say(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  part(object: Uint8Array, startsWithKey = true): void {
    this.socket.send(encodeLive({ startsWithKey, object }))
  }

  /** The newest message of a type that fits, as soon as there is one. */
  async hears<T extends FromVault['type']>(
    type: T,
    fits: (message: MessageOf<T>) => boolean = () => true,
  ): Promise<MessageOf<T>> {
    const find = (): MessageOf<T> | undefined =>
      this.heard.findLast((message): message is MessageOf<T> => message.type === type && fits(message as MessageOf<T>))
    return until(find, { what: `${type} from the vault` })
  }

  /** Everything that was on its way has come: whatever was sent before has been dealt with. */
  async settled(): Promise<void> {
    const nobody = 'a'.repeat(26)
    const before = this.count('absent')
    this.say({ type: 'send', to: nobody, body: '' })
    await until(() => this.count('absent') > before, { what: 'an answer' })
  }

  count(type: FromVault['type']): number {
    return this.heard.filter(message => message.type === type).length
  }

  async ended(): Promise<{ readonly code: number; readonly reason: string }> {
    return until(() => this.closed, { what: 'the end of the connection' })
  }

  /** The objects of the live parts that came. */
  get objects(): Uint8Array[] {
    return this.parts.map(part => decodeLive(part)?.object ?? fail('no live part'))
  }
}

/** The first message of a device, or of one that signs something else than it sends. */
export async function hello(
  house: RawHousehold,
  key: SigningKey,
  options: Parameters<typeof signedHeaders>[4] = {},
): Promise<object> {
  const headers = await signedHeaders(key, 'GET', house.path('/relay'), null, options)
  return { 'signature-input': headers['signature-input'], signature: headers.signature }
}

/** A token of a logged access. */
export async function access(house: RawHousehold, key: SigningKey, lo: number, hi: number, stream = house.camera) {
  const answer = await house.send(key, 'POST', '/access', { stream, lo, hi, purpose: 'own' })
  return (answer.json as AccessGrant).token
}

/** What a live part looks like from outside. */
export function livePart(
  house: Pick<RawHousehold, 'household' | 'camera' | 'founder'>,
  leaf: number,
  more: Partial<SegmentHeader> & { readonly size?: number; readonly stream?: StreamId } = {},
): Uint8Array {
  const { size = 3000, ...header } = more
  const kind = header.kind ?? KINDS.liveVideo
  const payloadLength = paddedLength(kind, size)
  const context = encodeHeader({
    ...{ kind, household: house.household, stream: house.camera, generation: 0, leaf, object: newObjectId() },
    ...{ payloadLength, recorder: deviceIdOf(house.founder.publicKey), ...header },
  })
  const bytes = randomBytes(objectLength(context.length, payloadLength))
  bytes.set(context)
  return bytes
}

function fail(what: string): never {
  throw new Error(what)
}
