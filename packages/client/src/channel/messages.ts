import type { CborValue } from '@hausrecht/crypto/cbor'
import type { DeviceId } from '@hausrecht/crypto/ids'

/** Values that go through a channel: what CBOR carries, with text keys. */
export type ChannelValue =
  | Exclude<CborValue, Map<number | string, CborValue> | readonly CborValue[]>
  | ChannelList
  | ChannelMap
export type ChannelList = readonly ChannelValue[]
export type ChannelMap = { readonly [name: string]: ChannelValue }

/** One who answers requests of other devices. `from` is the device that the chain knows by the key that signed. */
export type Answerer = (from: DeviceId, method: string, params: ChannelMap) => Promise<ChannelValue>

/** An answerer throws it to say no with a code that the other side can put into words. */
export class ChannelRefusal extends Error {
  override readonly name = 'ChannelRefusal'
  readonly code: string
  readonly detail: string | null
  constructor(code: string, detail: string | null = null) {
    super(detail === null ? code : `${code}: ${detail}`)
    this.code = code
    this.detail = detail
  }
}
