/** One HTTP exchange. Node: `node/http-transport.ts`; a browser brings one over `fetch`; tests can put a liar in between. */
export type HttpRequest = {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
  readonly timeoutMs: number
  /** Answers longer than this are cut off and refused. */
  readonly maxBytes: number
  readonly signal?: AbortSignal
}

export type HttpResponse = {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** @throws TransportError; the reason of `signal` when that was aborted */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>

export const TRANSPORT_ERRORS = {
  unreachable: 'the vault could not be reached',
  timeout: 'the vault did not answer in time',
  too_large: 'the vault’s answer is larger than it may be',
} as const
export type TransportErrorCode = keyof typeof TRANSPORT_ERRORS

export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly code: TransportErrorCode
  /** False when the request cannot have reached the vault: it is safe to send it again whatever it was. */
  readonly sent: boolean
  constructor(code: TransportErrorCode, sent: boolean, options?: ErrorOptions) {
    super(TRANSPORT_ERRORS[code], options)
    this.code = code
    this.sent = sent
  }
}
