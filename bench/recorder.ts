/**
 * What recording costs: our hub against as many `ffmpeg -c copy`, at the same time, of cameras that two like servers play
 * (GStreamer's; 1080p, 4 Mbit/s, sound; one server for forty clients answers too late). Ours also seals every segment and makes it durable; ffmpeg writes plain files. The vault
 * is away, so uploading is no part of it. Both run side by side, so that whatever else the machine does meets both alike.
 * CPU: user and system time of the processes over 60 s of recording, after a start of 15 s that is told on its own.
 * Memory: RSS, the largest seen, summed over the processes; PSS is told too, in which pages that ffmpegs share count once.
 */
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type CameraEntry, writeCameras } from '../apps/hub/src/cameras.ts'
import { HUB_NODE_FLAGS } from '../apps/hub/src/node-flags.ts'
import { readStatus } from '../apps/hub/src/status/status.ts'
import { startVault } from '../apps/vault/src/vault.ts'
import { closeDevice } from '../packages/client/src/device.ts'
import { addCamera, createHousehold } from '../packages/client/src/household.ts'
import { FolderStore } from '../packages/client/src/node/folder-store.ts'
import { httpTransport } from '../packages/client/src/node/http-transport.ts'
import { ffmpeg } from '../packages/testkit/src/ffmpeg.ts'
import { freePort } from '../packages/testkit/src/port.ts'
import { type Program, startProgram, waitForOutput } from '../packages/testkit/src/program.ts'
import { tempFolder } from '../packages/testkit/src/temp.ts'
import { until } from '../packages/testkit/src/until.ts'
import { type Figure, report, told } from './lib.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, cameras: { type: 'string', default: '1,4,20' } },
})
const SECONDS = Number(values.seconds)
const COUNTS = values.cameras.split(',').map(Number)
const MOST = Math.max(...COUNTS)
const CPU_GOALS = new Map([
  [1, 1.3],
  [4, 0.9],
  [20, 0.7],
])
const MEMORY_GOAL = 0.2
/** Clock ticks a second of /proc/PID/stat (proc(5)); 100 on every Linux that Node runs on. */
const TICKS = 100
const SAMPLE_MS = 2000
/** Between the starts of two ffmpegs. */
const PAUSE_MS = 200
/** Both are given this long to start, connect and get warm. */
const START_SECONDS = 15
const ROOT = join(import.meta.dirname, '..')
const HUB = join(ROOT, 'apps/hub/bin/hub.mjs')
const PEOPLE = '/usr/share/doc/opencv-doc/examples/data/vtest.avi'

/** GStreamer's own RTSP server; one shared pipeline, so that its cost does not grow with the cameras. */
const SERVER = `
import sys, gi
gi.require_version('Gst', '1.0'); gi.require_version('GstRtspServer', '1.0')
from gi.repository import Gst, GstRtspServer, GLib
Gst.init(None)
server = GstRtspServer.RTSPServer(); server.set_address('127.0.0.1'); server.set_service(sys.argv[1])
server.set_backlog(256)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch('( filesrc location=%s ! qtdemux name=d d.video_0 ! queue ! h264parse config-interval=-1 ! '
  'rtph264pay name=pay0 pt=96 d.audio_0 ! queue ! aacparse ! rtpmp4gpay name=pay1 pt=97 )' % sys.argv[2])
factory.set_shared(True)
server.get_mount_points().add_factory('/cam', factory)
server.attach(None)
print('ready', flush=True)
GLib.MainLoop().run()
`

/** 1080p25, 4 Mbit/s, a key frame every 2 s, AAC; long enough for a run. Made once. */
async function clip(): Promise<string> {
  const dir = join(tmpdir(), 'hausrecht-bench')
  mkdirSync(dir, { recursive: true })
  const once = join(dir, 'camera-1080p.mp4')
  if (!existsSync(once)) {
    const picture = 'crop=768:432:0:72,scale=1920:1080:flags=lanczos,fps=25,noise=alls=6:allf=t,format=yuv420p'
    const h264 =
      '-c:v libx264 -preset veryfast -b:v 4M -maxrate 4.5M -bufsize 4M -g 50 -keyint_min 50 -sc_threshold 0 -bf 0'
    const aac = '-c:a aac -b:a 64k -ar 16000 -ac 1'
    const sound = 'anoisesrc=color=pink:sample_rate=16000:amplitude=0.3'
    const made = join(dir, 'making.mp4')
    await ffmpeg(
      '-i',
      PEOPLE,
      '-f',
      'lavfi',
      '-i',
      sound,
      '-t',
      '79.4',
      '-vf',
      picture,
      ...h264.split(' '),
      ...aac.split(' '),
      made,
    )
    renameSync(made, once)
  }
  const loops = Math.ceil((SECONDS + START_SECONDS + 45) / 79.4)
  const long = join(dir, `camera-1080p-${loops}.mp4`)
  if (!existsSync(long)) await ffmpeg('-stream_loop', String(loops - 1), '-i', once, '-c', 'copy', long)
  return long
}

/** CPU seconds of a process so far. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

function memoryOf(pid: number): { readonly rss: number; readonly pss: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) / 1024
  return { rss: mib('Rss'), pss: mib('Pss') }
}

type Cost = { readonly start: number; readonly minute: number; readonly rss: number; readonly pss: number }

/** Lets the programs run and adds up what they took: CPU of the start, CPU of a minute of recording, memory. */
async function measure(began: number, programs: readonly Program[]): Promise<Cost> {
  const sum = (of: (pid: number) => number) => programs.reduce((total, { pid }) => total + of(pid), 0)
  let early: { readonly at: number; readonly cpu: number } | null = null
  let [rss, pss] = [0, 0]
  const memory = new Map<number, ReturnType<typeof memoryOf>>()
  for (;;) {
    const at = (performance.now() - began) / 1000
    const cpu = sum(cpuOf)
    if (early === null && at >= START_SECONDS) early = { at, cpu }
    for (const { pid } of programs) memory.set(pid, memoryOf(pid))
    const all = [...memory.values()]
    rss = Math.max(
      rss,
      all.reduce((total, each) => total + each.rss, 0),
    )
    pss = Math.max(
      pss,
      all.reduce((total, each) => total + each.pss, 0),
    )
    if (early !== null && at - early.at >= SECONDS) {
      return { start: early.cpu, minute: ((cpu - early.cpu) / (at - early.at)) * 60, rss, pss }
    }
    await new Promise(resolve => setTimeout(resolve, SAMPLE_MS))
  }
}

async function withServer<T>(file: string, work: (url: string) => Promise<T>): Promise<T> {
  const port = await freePort()
  const server = await startProgram('/usr/bin/python3', ['-c', SERVER, String(port), file])
  try {
    await waitForOutput(server, 'ready')
    return await work(`rtsp://127.0.0.1:${port}/cam`)
  } finally {
    await server.stop()
  }
}

async function ours(home: string, cameras: readonly CameraEntry[], url: string): Promise<Cost> {
  await rm(join(home, 'spool'), { recursive: true, force: true })
  await writeCameras(
    home,
    cameras.map(camera => ({ ...camera, url, transport: 'tcp' })),
  )
  const began = performance.now()
  const hub = await startProgram(process.execPath, [...HUB_NODE_FLAGS, HUB, '--home', home])
  try {
    const cost = await measure(began, [hub])
    const status = await readStatus(home)
    const recorded = status?.cameras.filter(
      ({ state, sealedAtMs }) => state === 'recording' && sealedAtMs !== null,
    ).length
    // Each camera gives a segment of picture and one of sound every two seconds, some of them every four.
    const wanted = cameras.length * SECONDS * 0.75
    if (recorded !== cameras.length || (status?.spool.unsent ?? 0) < wanted)
      throw new Error(`not everything was recorded: ${JSON.stringify(status)} ${hub.stderr()}`)
    return cost
  } finally {
    await hub.stop()
  }
}

async function peers(count: number, url: string): Promise<Cost> {
  const out = tempFolder('bench-peer')
  const running: Program[] = []
  const args = '-nostdin -v error -rtsp_transport tcp -i URL -c copy -f segment -segment_time 10'.split(' ')
  try {
    const began = performance.now()
    for (let i = 0; i < count; i += 1) {
      // One after the other: the server has one thread for questions, and cameras are not all asked at one moment.
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
      const mine = args.map(arg => (arg === 'URL' ? url : arg))
      running.push(await startProgram('ffmpeg', [...mine, join(out.path, `${i}-%03d.mp4`)]))
    }
    const cost = await measure(began, running)
    for (const { stderr, ended } of running) {
      const over = await Promise.race([ended, Promise.resolve(null)])
      if (over !== null) throw new Error(`ffmpeg ended: ${stderr()}`)
    }
    return cost
  } finally {
    await Promise.all(running.map(program => program.stop()))
    out.remove()
  }
}

process.setMaxListeners(0)
const folder = tempFolder('bench-recorder')
const figures: Record<string, Figure> = {}
try {
  const file = await clip()
  const home = join(folder.path, 'home')
  const transport = httpTransport()
  const vault = await startVault({ dir: join(folder.path, 'vault'), port: 0, logLevel: 'silent' })
  const wanted = { name: 'Bench', device: 'hub', vault: vault.url, witnesses: [], quorum: 0 }
  const device = await createHousehold(await FolderStore.open(home), wanted, { transport })
  const cameras: CameraEntry[] = []
  for (let i = 0; i < MOST; i += 1) {
    const { video, audio } = await addCamera(device, { name: `Camera ${i}`, sound: true })
    cameras.push({ name: `Camera ${i}`, url: 'rtsp://127.0.0.1/', video, ...(audio === null ? {} : { audio }) })
  }
  closeDevice(device)
  transport.close()
  await vault.close()

  // Once without counting, so that the code cache and the file cache are as warm as on any later start.
  await withServer(file, async url => {
    await writeCameras(
      home,
      cameras.slice(0, 1).map(camera => ({ ...camera, url })),
    )
    const hub = await startProgram(process.execPath, [...HUB_NODE_FLAGS, HUB, '--home', home])
    await until(async () => (await readStatus(home))?.cameras[0]?.sealedAtMs != null, {
      what: 'a first segment',
      timeoutMs: 30_000,
    })
    await hub.stop()
  })
  const atMost = (our: number, peer: number, goal: number, unit: string): Figure => {
    const figure = told(our, peer, unit)
    return { ...figure, goal, met: figure.ratio <= goal }
  }
  for (const count of COUNTS) {
    const mine = cameras.slice(0, count)
    const [our, peer] = await Promise.all([
      withServer(file, url => ours(home, mine, url)),
      withServer(file, url => peers(count, url)),
    ])
    figures[`cpu_${count}`] = atMost(our.minute, peer.minute, CPU_GOALS.get(count) ?? 1, 'CPU s per minute')
    figures[`cpu_start_${count}`] = told(our.start, peer.start, 'CPU s of the first 15 s')
    figures[`rss_${count}`] =
      count === 20 ? atMost(our.rss, peer.rss, MEMORY_GOAL, 'MiB') : told(our.rss, peer.rss, 'MiB')
    figures[`pss_${count}`] = told(our.pss, peer.pss, 'MiB')
    process.stderr.write(`${count} cameras: ${JSON.stringify({ our, peer })}\n`)
  }
} finally {
  folder.remove()
}
report('recorder', figures)
