import { parseRtspUrl } from '@hausrecht/rtsp/url'
import { words } from './commands/camera-words.ts'
import type { Context } from './context.ts'
import type { Given } from './program/options.ts'

/** A camera as the hub keeps it: the address without the login, which stands beside it. */
export type CameraAddress = Readonly<{ url: string; host: string; user?: string; password?: string }>

/** The address with its login in it, as the camera client takes it. */
export function withLogin({ url, user, password }: Omit<CameraAddress, 'host'>): string {
  if (user === undefined) return url
  const login = `${encodeURIComponent(user)}${password === undefined ? '' : `:${encodeURIComponent(password)}`}`
  return url.replace('://', `://${login}@`)
}

/**
 * What a person typed, with the password from the address, from stdin, or asked for. A password in the address stands in the shell's
 * history, so asking is the usual way.
 * @throws RtspError bad_url
 */
export async function readAddress(
  { ask, language, out }: Context,
  text: string,
  options: Given,
): Promise<CameraAddress> {
  const parsed = parseRtspUrl(text)
  const user = options.text('user') ?? parsed.user ?? undefined
  const { plain: url, host } = parsed
  if (user === undefined) return { url, host }
  if (options.flag('passwordStdin')) return { url, host, user, password: await ask.stdinLine() }
  if (parsed.password !== '') return { url, host, user, password: parsed.password }
  if (!ask.possible || out.json) return { url, host, user, password: '' }
  return { url, host, user, password: await ask.secret(words[language].password(user, host)) }
}
