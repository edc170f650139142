import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { toBase64 } from '@hausrecht/crypto/bytes'
import { type BlobConfig, DEFAULT_PORT, type VaultConfig, type WitnessConfig } from './config.ts'
import { StartError } from './errors.ts'
import { startVault } from './vault.ts'

/** The vault as a process: flags or a JSON file in, one JSON line out when it is ready, SIGTERM or SIGINT ends it. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      config: { type: 'string' },
      dir: { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      origin: { type: 'string' },
      'database-url': { type: 'string' },
      witness: { type: 'string', multiple: true },
      'quota-bytes': { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      'app-origin': { type: 'string', multiple: true },
      app: { type: 'string' },
      'log-level': { type: 'string' },
    },
  })
  const file = values.config ? (JSON.parse(await readFile(values.config, 'utf8')) as Partial<VaultConfig>) : {}
  const dir = values.dir ?? file.dir
  if (!dir) throw new StartError('folder', 'Say where the vault keeps its data: --dir FOLDER.')
  const vault = await startVault({
    ...file,
    dir,
    port: Number(values.port ?? file.port ?? DEFAULT_PORT),
    ...(values.host && { host: values.host }),
    ...(values.origin && { origin: values.origin }),
    ...(values['database-url'] && { databaseUrl: values['database-url'] }),
    ...(values.witness && { witnesses: values.witness.map(parseWitness) }),
    ...(values['quota-bytes'] && { quotaBytes: Number(values['quota-bytes']) }),
    ...(values['tls-cert'] && values['tls-key'] && { tls: { cert: values['tls-cert'], key: values['tls-key'] } }),
    ...(values['app-origin'] && { appOrigins: values['app-origin'] }),
    ...(values.app && { app: { dir: values.app } }),
    ...(values['log-level'] && { logLevel: values['log-level'] }),
    ...s3FromEnvironment(),
  })
  process.stdout.write(
    `${JSON.stringify({ ready: true, url: vault.url, origin: vault.origin, key: toBase64(vault.publicKey) })}\n`,
  )
  const stop = (): void => {
    void vault.close().then(() => process.exit(0))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  // Started by a supervisor: when it is gone, its end of the channel closes.
  process.once('disconnect', stop)
}

/** `URL=VKEY` */
function parseWitness(text: string): WitnessConfig {
  const at = text.indexOf('=')
  if (at < 1) throw new StartError('folder', `--witness takes URL=VKEY, not ${text}.`)
  return { url: text.slice(0, at), vkey: text.slice(at + 1) }
}

/** Secrets come by environment, not by flags that others can read. */
function s3FromEnvironment(): { blobs: BlobConfig } | object {
  const { HAUSRECHT_S3_ENDPOINT: endpoint, HAUSRECHT_S3_BUCKET: bucket, HAUSRECHT_S3_REGION: region } = process.env
  const { HAUSRECHT_S3_ACCESS_KEY_ID: accessKeyId, HAUSRECHT_S3_SECRET_ACCESS_KEY: secretAccessKey } = process.env
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey) return {}
  return { blobs: { kind: 's3', endpoint, bucket, region: region ?? 'us-east-1', accessKeyId, secretAccessKey } }
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof StartError ? error.message : error instanceof Error ? error.stack : error}\n`,
  )
  process.exitCode = 1
})
