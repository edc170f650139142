/** Why a camera gives nothing; each names one cause, so that a person knows what to change. docs/cameras.md has the same table. */
export const RTSP_ERRORS = {
  bad_url: 'This is not a camera address: it looks like rtsp://host/path.',
  unknown_host: 'There is no machine of this name.',
  unreachable: 'The camera’s machine does not answer at this address.',
  timeout: 'The camera answers too slowly, or stopped sending.',
  not_rtsp: 'Something answers there, but not a camera (no RTSP).',
  tls: 'The encrypted connection to the camera failed.',
  password_needed: 'The camera asks for a user name and a password.',
  wrong_password: 'The camera refuses this user name or password.',
  not_found: 'The camera has no stream at this path.',
  unsupported_codec: 'The camera sends a codec that is not supported.',
  no_video: 'The stream has no picture.',
  no_transport: 'The camera offers no transport that works here.',
  protocol: 'The camera breaks the RTSP protocol.',
  too_large: 'The camera sends something larger than any camera needs.',
  closed: 'The camera ended the connection.',
} as const

export type RtspErrorCode = keyof typeof RTSP_ERRORS

/** `detail` never holds a password. */
export class RtspError extends Error {
  readonly code: RtspErrorCode
  readonly detail: string | null
  constructor(code: RtspErrorCode, detail?: string) {
    super(detail ? `${RTSP_ERRORS[code]} (${detail})` : RTSP_ERRORS[code])
    this.name = 'RtspError'
    this.code = code
    this.detail = detail ?? null
  }
}
