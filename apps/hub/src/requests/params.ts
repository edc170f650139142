import { type ChannelMap, ChannelRefusal } from '@hausrecht/client/channel/messages'
import { checkName } from '@hausrecht/client/home'
import { parseStreamId, type StreamId } from '@hausrecht/crypto/ids'
import { RtspError } from '@hausrecht/rtsp/errors'
import { parseRtspUrl, type RtspUrl } from '@hausrecht/rtsp/url'
import { CAMERAS_MAX } from '../cameras.ts'
import { ADDRESS_MAX } from './limits.ts'

const bad = (what: string): ChannelRefusal => new ChannelRefusal('bad_argument', what)

/** What a person calls a camera. @throws ChannelRefusal bad_argument */
export function nameIn(params: ChannelMap): string {
  const { name } = params
  if (typeof name !== 'string') throw bad('name')
  try {
    return checkName(name)
  } catch {
    throw bad('name')
  }
}

export function streamIn(value: ChannelMap[string] | undefined): StreamId {
  try {
    if (typeof value === 'string') return parseStreamId(value)
  } catch {
    // Said below.
  }
  throw bad('camera')
}

/** @throws ChannelRefusal bad_url */
export function addressIn(value: ChannelMap[string] | undefined): RtspUrl {
  try {
    if (typeof value === 'string' && value.length <= ADDRESS_MAX) return parseRtspUrl(value)
  } catch (error) {
    if (!(error instanceof RtspError)) throw error
  }
  throw new ChannelRefusal('bad_url')
}

/** @throws ChannelRefusal bad_argument */
export function camerasIn({ ids }: ChannelMap): readonly StreamId[] {
  if (!Array.isArray(ids) || ids.length > CAMERAS_MAX) throw bad('ids')
  return ids.map(streamIn)
}

/** Where a camera is and how to log in. */
export type Login = { readonly url: string; readonly user?: string; readonly password?: string }

export const loginOf = ({ plain, user, password }: RtspUrl): Login => ({
  url: plain,
  ...(user === null ? {} : { user, password }),
})

/** The login that is known is used for another address only of the same machine: a password goes to no other. */
export function keepLogin(address: RtspUrl, known: Login | undefined): Login {
  if (address.user !== null || known?.user === undefined) return loginOf(address)
  const before = parseRtspUrl(known.url)
  if (before.host.toLowerCase() !== address.host.toLowerCase()) return loginOf(address)
  return { url: address.plain, user: known.user, password: known.password ?? '' }
}

/** The address with its login in it, as the camera client takes it. */
export function withLogin({ url, user, password = '' }: Login): string {
  if (user === undefined) return url
  return url.replace('://', `://${encodeURIComponent(user)}:${encodeURIComponent(password)}@`)
}
