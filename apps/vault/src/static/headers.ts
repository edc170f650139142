/** What a page of the vault may do: run its own scripts, talk to its own vault, and nothing else (docs/vault.md §The app). */
const POLICY = (host: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    // Not every browser takes a WebSocket to the same host for 'self'.
    `connect-src 'self'${host && ` ws://${host} wss://${host}`}`,
    "worker-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types hausrecht',
  ].join('; ')

/** Features that the app uses are its own; the ones that spy are nobody's. */
const OWN = [
  'autoplay',
  'clipboard-write',
  'fullscreen',
  'picture-in-picture',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
]
const NOBODYS = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'serial',
  'usb',
  'xr-spatial-tracking',
]
const PERMISSIONS = [...OWN.map(name => `${name}=(self)`), ...NOBODYS.map(name => `${name}=()`)].join(', ')

const HOST = /^[a-z0-9.-]+(:[0-9]{1,5})?$|^\[[0-9a-f:]+\](:[0-9]{1,5})?$/i

/** Headers of every answer that is part of the app. `host` is what the browser calls the vault. */
export function appHeaders(host: string | undefined, isTls: boolean): Readonly<Record<string, string>> {
  return {
    'content-security-policy': POLICY(host !== undefined && HOST.test(host) ? host : ''),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'permissions-policy': PERMISSIONS,
    ...(isTls && { 'strict-transport-security': 'max-age=31536000' }),
  }
}
