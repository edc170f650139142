import { mkdir } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { isAcceptableKey } from '@hausrecht/crypto/signature'
import { TlogError } from '@hausrecht/tlog/errors'
import { formatVkey, noteKey, TYPE_COSIGNATURE } from '@hausrecht/tlog/note'
import { type Answer, refusal } from './answer.ts'
import { WitnessError } from './errors.ts'
import { openKey } from './key.ts'
import { takeFolder } from './lock.ts'
import { BODY_MAX_BYTES } from './request.ts'
import { WitnessState } from './state.ts'
import { type Clock, Witness, type WitnessedLog, type WitnessedVault } from './witness.ts'

export type WitnessOptions = {
  /** Key, lock and state live here; readable by their owner only. */
  readonly dir: string
  /** 0 takes any free port. */
  readonly port: number
  /** Loopback unless told otherwise. */
  readonly host?: string
  readonly logs: readonly (WitnessedVault | WitnessedLog)[]
  /** The key name under which it cosigns, like `witness.example/w1`. */
  readonly name: string
  readonly clock?: Clock
  /** Told why a request failed with 500. */
  readonly onError?: (error: unknown) => void
}
export type RunningWitness = {
  readonly url: string
  /** Verifier key of type 0x04, for whoever trusts this witness. */
  readonly vkey: string
  close(): Promise<void>
}

const PATH = '/add-checkpoint'
/** More is answered with 431. */
export const HEADERS_MAX_BYTES = 8 * 1024
const REQUEST_TIMEOUT_MS = 10_000
const CONNECTIONS_MAX = 256

/** Starts a witness with one door, `POST /add-checkpoint`. @throws WitnessError, and what listening throws */
export async function startWitness(options: WitnessOptions): Promise<RunningWitness> {
  const { dir, port, host = '127.0.0.1', logs, name, clock = Date, onError = () => undefined } = options
  if (!logs.every(log => isAcceptableKey(log.publicKey))) throw new WitnessError('bad_config', 'log key')
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const release = takeFolder(dir)
  try {
    const key = await openKey(join(dir, 'witness.key'))
    const vkey = formatVkey(ownKey(name, key.publicKey))
    const state = await WitnessState.open(join(dir, 'logs'))
    const witness = new Witness({ name, key, state, logs, clock })
    const server = createServer(
      {
        maxHeaderSize: HEADERS_MAX_BYTES,
        requestTimeout: REQUEST_TIMEOUT_MS,
        headersTimeout: REQUEST_TIMEOUT_MS,
        connectionsCheckingInterval: REQUEST_TIMEOUT_MS / 10,
      },
      (request, response) => void handle(witness, request, response, onError),
    )
    server.maxConnections = CONNECTIONS_MAX
    const bound = await listen(server, port, host)
    const close = async (): Promise<void> => {
      await new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeIdleConnections()
      })
      release()
    }
    return { url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, vkey, close }
  } catch (error) {
    release()
    throw error
  }
}

function ownKey(name: string, publicKey: Uint8Array) {
  try {
    return noteKey(name, TYPE_COSIGNATURE, publicKey)
  } catch (error) {
    throw error instanceof TlogError ? new WitnessError('bad_config', 'name') : error
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('no address'))
      else resolve(address.port)
    })
  })
}

async function handle(
  witness: Witness,
  request: IncomingMessage,
  response: ServerResponse,
  onError: (error: unknown) => void,
): Promise<void> {
  if (request.url !== PATH) return send(response, { status: 404, type: 'text/plain', text: 'not found\n' })
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST')
    return send(response, { status: 405, type: 'text/plain', text: 'only POST\n' })
  }
  try {
    const body = await readBody(request)
    // The rest of a body that is too long is thrown away, so that the answer reaches the sender.
    if (body === null) request.resume()
    send(response, body === null ? refusal('too_large') : await witness.addCheckpoint(body))
  } catch (error) {
    // The request was cut off (nobody to answer), or the disk failed: nothing left the house either way.
    if (!request.destroyed || request.complete) onError(error)
    send(response, refusal('failed'))
  }
}

/** The body, or null when it is longer than any add-checkpoint can be. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_MAX_BYTES) return null
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) continue
    length += chunk.length
    if (length > BODY_MAX_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function send(response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return
  // A body that was not read to its end makes the connection useless for another request.
  if (answer.status === 413) response.setHeader('connection', 'close')
  response.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': Buffer.byteLength(answer.text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(answer.text)
}
