import { type HttpRequest, type HttpResponse, type Transport, TransportError } from '../transport.ts'

/** HTTP over `fetch`: no cookies, no cache, no redirect is followed. */
export const fetchTransport: Transport = async request => {
  const { signal } = request
  signal?.throwIfAborted()
  const limit = AbortSignal.timeout(request.timeoutMs)
  let sent = false
  try {
    const answer = fetch(request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body === null ? null : new Uint8Array(request.body),
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
    })
    // A browser does not tell how far a request came.
    sent = true
    const response = await answer
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await read(request, response),
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    if (error instanceof TransportError) throw error
    throw new TransportError(limit.aborted ? 'timeout' : 'unreachable', sent, { cause: error })
  }
}

async function read({ maxBytes }: HttpRequest, response: Response): Promise<HttpResponse['body']> {
  const announced = Number(response.headers.get('content-length') ?? Number.NaN)
  if (announced > maxBytes) throw new TransportError('too_large', true)
  if (Number.isSafeInteger(announced)) return new Uint8Array(await response.arrayBuffer())
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  for (const reader = response.body?.getReader(); reader !== undefined; ) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > maxBytes) {
      await reader.cancel()
      throw new TransportError('too_large', true)
    }
    parts.push(new Uint8Array(value))
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}
