import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from './port.ts'
import { type Program, startProgram } from './program.ts'
import { tempFolder } from './temp.ts'
import { until } from './until.ts'

/** A real S3 server: OpenStack Swift with its s3api, one node on loopback, everything in a temporary folder. */
export type Swift = {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  close(): Promise<void>
}

const REGION = 'us-east-1'
const ACCOUNT = 'test'
const USER = 'tester'
const LAYERS = ['account', 'container', 'object'] as const

const common = (port: number, dir: string): string => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${userInfo().username}
swift_dir = ${dir}
devices = ${join(dir, 'nodes')}
mount_check = false
fallocate_reserve = 0
disable_fallocate = true
log_udp_host = 127.0.0.1
log_udp_port = 9
log_level = ERROR
`

const backend = (layer: (typeof LAYERS)[number], port: number, dir: string): string => `${common(port, dir)}
[pipeline:main]
pipeline = ${layer}-server
[app:${layer}-server]
use = egg:swift#${layer}
`

const proxy = (port: number, dir: string, memcached: number, secret: string): string => `${common(port, dir)}
[pipeline:main]
pipeline = catch_errors gatekeeper cache listing_formats s3api tempauth bulk slo symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
node_timeout = 30
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${memcached}
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = ${REGION}
[filter:tempauth]
use = egg:swift#tempauth
user_${ACCOUNT}_${USER} = ${secret} .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
[filter:symlink]
use = egg:swift#symlink
`

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const program = await startProgram(command, args, { cwd })
  const { code } = await program.ended
  // swift-ring-builder says 1 when it only warns.
  if (code !== 0 && code !== 1) throw new Error(`${command} ${args.join(' ')}: ${program.stdout()}${program.stderr()}`)
}

/** Starts memcached and the four servers of Swift. @throws with their output when they do not answer */
export async function startSwift(): Promise<Swift> {
  const folder = tempFolder('swift')
  const dir = folder.path
  const programs: Program[] = []
  const close = async (): Promise<void> => {
    await Promise.all(programs.map(program => program.stop()))
    folder.remove()
  }
  try {
    const secret = randomBytes(16).toString('hex')
    await mkdir(join(dir, 'nodes', 'disk'), { recursive: true })
    await writeFile(
      join(dir, 'swift.conf'),
      `[swift-hash]\nswift_hash_path_suffix = ${secret}\n[storage-policy:0]\nname = one\ndefault = yes\n`,
    )
    const start = async (command: string, ...args: readonly string[]): Promise<void> => {
      programs.push(await startProgram(command, args, { cwd: dir }))
    }
    const memcached = await freePort()
    await start(
      'memcached',
      '-l',
      '127.0.0.1',
      '-p',
      String(memcached),
      '-U',
      '0',
      '-u',
      userInfo().username,
      '-m',
      '16',
    )
    const layer = async (name: (typeof LAYERS)[number]): Promise<void> => {
      const port = await freePort()
      const ring = join(dir, `${name}.builder`)
      await run('swift-ring-builder', [ring, 'create', '4', '1', '1'], dir)
      await run('swift-ring-builder', [ring, 'add', `r1z1-127.0.0.1:${port}/disk`, '1'], dir)
      await run('swift-ring-builder', [ring, 'rebalance'], dir)
      const file = join(dir, `${name}-server.conf`)
      await writeFile(file, backend(name, port, dir))
      await start(`swift-${name}-server`, file)
    }
    await Promise.all(LAYERS.map(layer))
    const port = await freePort()
    const file = join(dir, 'proxy-server.conf')
    await writeFile(file, proxy(port, dir, memcached, secret))
    await start('swift-proxy-server', file)
    const endpoint = `http://127.0.0.1:${port}`
    const output = (): string => programs.map(program => program.stdout() + program.stderr()).join('')
    await until(async () => (await fetch(endpoint)).status < 500, { what: 'Swift answers', timeoutMs: 60_000 }).catch(
      error => {
        throw new Error(`${error}: ${output()}`)
      },
    )
    return { endpoint, region: REGION, accessKeyId: `${ACCOUNT}:${USER}`, secretAccessKey: secret, close }
  } catch (error) {
    await close()
    throw error
  }
}
