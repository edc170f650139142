import { RtspError } from './errors.ts'

/** RTSP 1.0 messages (RFC 2326). Header names are lower case; a name that comes twice has its values in a list. */
export type RtspMessage = {
  /** `RTSP/1.0 200 OK`, or `DESCRIBE rtsp://… RTSP/1.0`. */
  readonly start: string
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: Uint8Array
}

/** @throws RtspError protocol */
export function parseHead(text: string): { start: string; headers: Map<string, string[]> } {
  const lines = text.split(/\r?\n/)
  const start = (lines.shift() ?? '').trim()
  if (!/RTSP\/1\.[0-9]/.test(start)) throw new RtspError('not_rtsp')
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    if (line === '') continue
    const colon = line.indexOf(':')
    if (colon < 1) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()])
  }
  return { start, headers }
}

export const header = (message: RtspMessage, name: string): string | undefined => message.headers.get(name)?.[0]

/** @throws RtspError protocol */
export function statusOf(message: RtspMessage): number {
  const status = Number(/^RTSP\/1\.[0-9]\s+([0-9]{3})/.exec(message.start)?.[1])
  if (!status) throw new RtspError('protocol', 'status line')
  return status
}

/** What an answer that refuses means. @throws RtspError for every status that is no success */
export function checkStatus(status: number): void {
  if (status >= 200 && status < 300) return
  if (status === 401 || status === 403) throw new RtspError('wrong_password')
  // 400 is what several makers say to a path they do not know.
  if (status === 400 || status === 404 || status === 454) throw new RtspError('not_found', `status ${status}`)
  throw new RtspError('protocol', `status ${status}`)
}

export function formatMessage(start: string, headers: Readonly<Record<string, string>>, body = ''): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]/g, ' ')}`)
  if (body) lines.push(`Content-Length: ${Buffer.byteLength(body)}`)
  return `${start}\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}
