import { RtspError } from './errors.ts'

export type RtspUrl = {
  readonly tls: boolean
  readonly host: string
  readonly port: number
  /** The address as it is sent to the camera: without user, password and pin. */
  readonly href: string
  /** The address to keep and to show: `href`, and behind it the pin. */
  readonly plain: string
  /** `rtsps://…#sha256=…`: the fingerprint of the only certificate that is believed, 64 hex digits; or null. */
  readonly pin: string | null
  readonly user: string | null
  readonly password: string
}

const DEFAULT_PORT = 554
const DEFAULT_TLS_PORT = 322
const PIN_DIGITS = 64

/** @throws RtspError bad_url */
export function parseRtspUrl(text: string): RtspUrl {
  // The last @ before the path ends the login: people paste passwords with an @ in them.
  const match =
    /^(rtsps?):\/\/(?:([^/]*)@)?(\[[0-9a-f:.]+\]|[^:/?#@[\]\s]+)(?::([0-9]{1,5}))?([/?][^#\s]*)?(?:#sha256=([0-9a-f:]+))?$/i.exec(
      text.trim(),
    )
  if (!match) throw new RtspError('bad_url')
  const [, scheme, login, rawHost, rawPort, rest, rawPin] = match
  const tls = scheme?.toLowerCase() === 'rtsps'
  const port = rawPort === undefined ? (tls ? DEFAULT_TLS_PORT : DEFAULT_PORT) : Number(rawPort)
  const host = rawHost ?? ''
  const pin = rawPin?.replaceAll(':', '').toLowerCase() ?? null
  if (pin !== null && (!tls || pin.length !== PIN_DIGITS)) throw new RtspError('bad_url')
  if (port < 1 || port > 65_535 || host === '') throw new RtspError('bad_url')
  const colon = login?.indexOf(':') ?? -1
  const user = login === undefined ? null : decode(colon < 0 ? login : login.slice(0, colon))
  const password = login === undefined || colon < 0 ? '' : decode(login.slice(colon + 1))
  const address = rawPort === undefined ? host : `${host}:${port}`
  const href = `${tls ? 'rtsps' : 'rtsp'}://${address}${rest ?? '/'}`
  return {
    tls,
    host: host.replace(/^\[|\]$/g, ''),
    port,
    href,
    plain: pin === null ? href : `${href}#sha256=${pin}`,
    pin,
    user,
    password,
  }
}

/** Percent-encoding is undone where it is well-formed; people paste passwords with a bare % too. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Where cameras take the login in the path: `/user=admin&password=…&channel=1`, `/user=admin_password=…_channel=1`, `?pwd=…`. */
const PASSWORD_IN_PATH = /((?:password|passwd|pwd|pass)=)(?:(?!&|_(?:channel|stream)).)*/gi

/**
 * For people and logs: passwords are replaced, in a malformed address as well. A slash in a pasted password makes it look like a path,
 * so everything up to the last @ counts as login.
 */
export function redactUrl(text: string): string {
  return text
    .replace(/^(\s*[a-z]+:\/\/)(.*)@/is, (_, scheme: string, login: string) => {
      const user = login.split(':')[0] ?? ''
      return login.includes(':') ? `${scheme}${user}:***@` : `${scheme}${user}@`
    })
    .replace(PASSWORD_IN_PATH, '$1***')
}

/** A control attribute against its base (RFC 2326 Appendix C.1.1). */
export function resolveControl(base: string, control: string): string {
  if (control === '' || control === '*') return base
  if (/^rtsps?:\/\//i.test(control)) return control
  if (control.startsWith('/')) return base.replace(/^(rtsps?:\/\/[^/]+).*$/i, `$1${control}`)
  return `${base.endsWith('/') ? base : `${base}/`}${control}`
}
