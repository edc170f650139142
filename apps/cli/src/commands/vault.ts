import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toBase64 } from '@hausrecht/crypto/bytes'
import { formatVkey } from '@hausrecht/tlog/note'
import { type BlobConfig, DEFAULT_PORT, type VaultConfig, type WitnessConfig } from '@hausrecht/vault/config'
import { StartError } from '@hausrecht/vault/errors'
import { startVault } from '@hausrecht/vault/vault'
import { readPolicy } from '../audit/policy.ts'
import type { Context } from '../context.ts'
import { layout, tilde } from '../data-folder.ts'
import { CliError } from '../errors.ts'
import type { Handler } from '../handler.ts'
import { explainIo } from '../io-errors.ts'
import { type Given, parseSize } from '../program/options.ts'
import { runPart } from '../start/child.ts'
import { isLoopback, whoListensOn } from '../start/port.ts'
import { words } from './service-words.ts'

const usage = (context: Context, what: string): CliError =>
  CliError.of('usage', { what, command: `${context.invocation} vault` })

/** The app for browsers, where it has been built. */
const APP = fileURLToPath(new URL('../../../web/dist', import.meta.url))

/** `URL,KEY` */
function witnessOf(context: Context, text: string): WitnessConfig {
  const at = text.indexOf(',')
  if (at < 1) throw usage(context, words[context.language].badWitness(text))
  return { url: text.slice(0, at), vkey: text.slice(at + 1) }
}

/** Witnesses of a policy file that say where they are; others would only be waited for. */
async function witnessesIn(context: Context, path: string | undefined): Promise<readonly WitnessConfig[]> {
  if (path === undefined) return []
  const { witnesses } = await readPolicy(path)
  const reachable = witnesses.flatMap(({ key, url }) => (url === null ? [] : [{ url, vkey: formatVkey(key) }]))
  if (reachable.length === 0) throw usage(context, words[context.language].noWitnessUrl(path))
  return reachable
}

/** A folder, or `s3://KEY:SECRET@HOST[:PORT]/BUCKET`; S3 by TLS unless the host is this machine. */
function blobsOf(context: Context, text: string): BlobConfig {
  if (!/^s3:/i.test(text)) return { kind: 'folder', dir: resolve(text) }
  const url = URL.canParse(text) ? new URL(text) : undefined
  const bucket = url?.pathname.slice(1) ?? ''
  if (url === undefined || url.username === '' || url.password === '' || bucket === '' || bucket.includes('/')) {
    throw usage(context, words[context.language].badBlobs(text.replace(/:[^:@/]*@/, ':…@')))
  }
  const scheme = /^(localhost|127\.|\[::1\])/.test(url.host) ? 'http' : 'https'
  return {
    kind: 's3',
    endpoint: `${scheme}://${url.host}`,
    bucket,
    region: url.searchParams.get('region') ?? 'us-east-1',
    accessKeyId: decodeURIComponent(url.username),
    secretAccessKey: decodeURIComponent(url.password),
  }
}

async function configOf(context: Context, options: Given): Promise<VaultConfig> {
  const t = words[context.language]
  const [host, databaseUrl, origin] = [options.text('host'), options.text('database'), options.text('origin')]
  const [blobs, quota] = [options.text('blobs'), options.text('quota')]
  const [cert, key] = [options.text('tlsCert'), options.text('tlsKey')]
  const quotaBytes = quota === undefined ? undefined : parseSize(quota)
  if (quota !== undefined && quotaBytes === undefined) throw usage(context, t.badQuota(quota))
  if ((cert === undefined) !== (key === undefined)) throw usage(context, t.tlsBoth)
  return {
    dir: layout(context.dataDir).vault,
    port: options.whole('port', 0, 65_535) ?? DEFAULT_PORT,
    witnesses: [
      ...options.texts('witness').map(text => witnessOf(context, text)),
      ...(await witnessesIn(context, options.text('policy'))),
    ],
    ...(existsSync(join(APP, 'index.html')) && { app: { dir: APP } }),
    logLevel: context.env.HAUSRECHT_LOG ?? 'info',
    ...(host === undefined ? {} : { host }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(origin === undefined ? {} : { origin }),
    ...(blobs === undefined ? {} : { blobs: blobsOf(context, blobs) }),
    ...(quotaBytes === undefined ? {} : { quotaBytes }),
    ...(options.texts('appOrigin').length === 0 ? {} : { appOrigins: options.texts('appOrigin') }),
    ...(cert === undefined || key === undefined ? {} : { tls: { cert, key } }),
  }
}

/** Why a vault did not start, in words. */
function explainStart(error: unknown, config: VaultConfig, dataDir: string): CliError {
  if (!(error instanceof StartError)) return explainIo(error, dataDir)
  if (error.code === 'port_taken')
    return CliError.of('port_taken', { port: config.port, who: whoListensOn(config.port) }, { cause: error })
  if (error.code === 'folder')
    return CliError.of(
      /full disk/.test(error.message) ? 'disk_full' : 'read_only',
      { path: config.dir },
      { cause: error },
    )
  return CliError.of('start_failed', { reason: error.message }, { cause: error })
}

/** `hausrecht vault` */
export const vault: Handler = async (context, _args, options) => {
  const { out, language, dataDir } = context
  const t = words[language]
  const config = await configOf(context, options)
  const { host = '127.0.0.1', tls } = config
  if (tls === undefined && !isLoopback(host)) out.line(out.style.waits(t.openWithoutTls(host)))
  await runPart(
    async () => {
      const running = await startVault(config).catch(error => {
        throw explainStart(error, config, dataDir)
      })
      const { url, origin, publicKey } = running
      return { info: { url, origin, key: toBase64(publicKey) }, close: () => running.close() }
    },
    info => {
      out.line(t.vaultReady(String(info.url)))
      out.line(t.vaultKey(String(info.origin), String(info.key)))
      out.line(t.operator(tilde(join(config.dir, 'operator-token'))))
      out.value({ type: 'ready', ...info })
    },
  )
  return 0
}
