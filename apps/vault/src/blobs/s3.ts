import { AwsClient } from 'aws4fetch'
import type { BlobConfig } from '../config.ts'
import { StartError, VaultRefusal } from '../errors.ts'
import { type BlobName, type BlobStore, LAST_ID } from './blob-store.ts'

/** Objects removed at once. */
const AT_ONCE = 32
/** Keys of one answer; the most that S3 gives. */
const LISTED_AT_ONCE = 1000

/** Any S3 store, addressed by path. Durable means: the store answered 200. */
export async function s3Store(config: Extract<BlobConfig, { kind: 's3' }>): Promise<BlobStore> {
  const client = new AwsClient({
    accessKeyId: config.accessKeyId,
    secretAccessKey: config.secretAccessKey,
    region: config.region,
    service: 's3',
    retries: 3,
  })
  const bucket = `${config.endpoint.replace(/\/+$/, '')}/${config.bucket}`
  const url = (name: BlobName): string => `${bucket}/${name.household}/${name.object}`

  const send = async (method: string, target: string, init: RequestInit = {}): Promise<Response> => {
    try {
      return await client.fetch(target, { ...init, method })
    } catch {
      throw new VaultRefusal('busy', { detail: 'The blob store does not answer.', retryAfter: 5 })
    }
  }
  const fail = async (response: Response): Promise<never> => {
    await response.body?.cancel()
    if (response.status === 507) throw new VaultRefusal('storage_full')
    throw new VaultRefusal('busy', { detail: `The blob store answers ${response.status}.`, retryAfter: 5 })
  }

  await prepareBucket(config, () => send('PUT', bucket))

  return {
    async put(name, bytes, leave) {
      await leave
      const response = await send('PUT', url(name), {
        body: new Uint8Array(bytes),
        headers: { 'content-type': 'application/octet-stream' },
      })
      if (!response.ok) await fail(response)
      await response.body?.cancel()
    },

    async get(name, range) {
      const headers = range ? { range: `bytes=${range.start}-${range.end - 1}` } : undefined
      const response = await send('GET', url(name), headers ? { headers } : {})
      if (response.status === 404) {
        await response.body?.cancel()
        return null
      }
      if (!response.ok) return fail(response)
      return new Uint8Array(await response.arrayBuffer())
    },

    async size(name) {
      const response = await send('HEAD', url(name))
      if (response.status === 404) return null
      if (!response.ok) return fail(response)
      return Number(response.headers.get('content-length'))
    },

    async remove(names) {
      const left: { name: BlobName; reason: string }[] = []
      for (let at = 0; at < names.length; at += AT_ONCE)
        await Promise.all(
          names.slice(at, at + AT_ONCE).map(async name => {
            try {
              const response = await send('DELETE', url(name))
              await response.body?.cancel()
              if (!response.ok && response.status !== 404) await fail(response)
              const found = await send('HEAD', url(name))
              if (found.status !== 404) left.push({ name, reason: `the store answers ${found.status}` })
            } catch (error) {
              left.push({ name, reason: String(error) })
            }
          }),
        )
      return left
    },

    async *pages(household) {
      for (let after = ''; ; ) {
        const query = new URLSearchParams({
          ...{ 'list-type': '2', prefix: `${household}/`, 'max-keys': String(LISTED_AT_ONCE) },
          ...(after === '' ? {} : { 'start-after': `${household}/${after}` }),
        })
        const response = await send('GET', `${bucket}?${query}`)
        if (!response.ok) await fail(response)
        const text = await response.text()
        const blobs = readListing(text, household)
        const last = text.includes('<IsTruncated>true</IsTruncated>') ? blobs.at(-1) : undefined
        yield { after, through: last?.object ?? LAST_ID, blobs }
        if (last === undefined) return
        after = last.object
      }
    },

    async check() {
      const response = await send('HEAD', bucket)
      if (!response.ok) throw new VaultRefusal('busy', { detail: `The blob store answers ${response.status}.` })
      return 's3'
    },
  }
}

/** What ListObjectsV2 answers; keys that are no name of ours are left alone. */
function readListing(text: string, household: string): readonly { object: string; at: number }[] {
  return [...text.matchAll(/<Contents>(.*?)<\/Contents>/gs)].flatMap(([, content = '']) => {
    const [, folder, object] = /<Key>([a-z2-7]{26})\/([a-z2-7]{26})<\/Key>/.exec(content) ?? []
    const at = Date.parse(/<LastModified>([^<]*)<\/LastModified>/.exec(content)?.[1] ?? '')
    return folder === household && object !== undefined && !Number.isNaN(at) ? [{ object, at }] : []
  })
}

/** Makes the bucket, or finds it there. @throws StartError saying what is wrong with the configuration */
async function prepareBucket(
  config: Extract<BlobConfig, { kind: 's3' }>,
  make: () => Promise<Response>,
): Promise<void> {
  const refuse = (why: string): never => {
    throw new StartError('blobs', why)
  }
  const made = await make().catch(() => refuse(`The blob store ${config.endpoint} does not answer: check its address.`))
  const text = await made.text().catch(() => '')
  // 409: it is ours already (BucketAlreadyOwnedByYou).
  if (made.ok || made.status === 409) return
  if (made.status === 403)
    refuse(
      `The blob store ${config.endpoint} refuses the key ${config.accessKeyId}: check the key, its secret and its rights to the bucket ${config.bucket}.`,
    )
  const code = /<Code>(\w{1,64})<\/Code>/.exec(text)?.[1]
  refuse(`The bucket ${config.bucket} cannot be used: the store answers ${made.status}${code ? ` ${code}` : ''}.`)
}
