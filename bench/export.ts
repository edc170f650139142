import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportRange } from '../apps/cli/src/export/export-range.ts'
import { closeDevice, sync } from '../packages/client/src/device.ts'
import { addCamera, createHousehold } from '../packages/client/src/household.ts'
import { readNames } from '../packages/client/src/names.ts'
import { FolderStore } from '../packages/client/src/node/folder-store.ts'
import { httpTransport } from '../packages/client/src/node/http-transport.ts'
import { sealSegment } from '../packages/client/src/seal.ts'
import { leafOf } from '../packages/keytree/src/leaf.ts'
import { buildFragment } from '../packages/media/src/mp4/fragment.ts'
import { buildInit } from '../packages/media/src/mp4/init.ts'
import { type MovieTrack, readMovie } from '../packages/media/src/mp4/reader.ts'
import { KINDS } from '../packages/media/src/segment/kinds.ts'
import { ffmpeg } from '../packages/testkit/src/ffmpeg.ts'
import { startProgram, waitForOutput } from '../packages/testkit/src/program.ts'
import { tempFolder } from '../packages/testkit/src/temp.ts'
import { atLeast, interleaved, median, report, told } from './lib.ts'

/**
 * From sealed range to plain MP4: asked for at a vault in a process of its own, checked against the log, fetched, opened, put in
 * order, written. Paired with ffmpeg copying the plain file into another MP4, and with cp, both made durable like ours.
 */
const MINUTES = 4
const ROUNDS = 5
const GOAL = 0.5
const VAULT = join(import.meta.dirname, '..', 'apps/vault/src/main.ts')

/** 1080p25, 4 Mbit/s, a key frame every 2 s, AAC. Made once. */
async function clip(): Promise<string> {
  const dir = join(tmpdir(), 'hausrecht-bench')
  mkdirSync(dir, { recursive: true })
  const file = join(dir, `export-${MINUTES}.mp4`)
  if (existsSync(file)) return file
  const [once, made] = [join(dir, 'export-once.mp4'), join(dir, 'export-making.mp4')]
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=25,noise=alls=20:allf=t']
  const sound = ['-f', 'lavfi', '-i', 'anoisesrc=color=pink:sample_rate=16000']
  const h264 =
    '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -b:v 4M -maxrate 4M -bufsize 4M -g 50 -keyint_min 50 -sc_threshold 0 -bf 0'
  await ffmpeg(...picture, ...sound, '-t', '20', ...h264.split(' '), ...'-c:a aac -b:a 64k -ac 1'.split(' '), once)
  await ffmpeg('-stream_loop', String(MINUTES * 3 - 1), '-i', once, '-c', 'copy', made)
  rmSync(once)
  renameSync(made, file)
  return file
}

/** Pieces of a track as the recorder cuts them: at key pictures, or about every 2 s. */
function* pieces(track: MovieTrack) {
  const init = buildInit([{ trackId: 1, timescale: track.timescale, config: track.configs[0] }])
  const { samples } = track
  for (let from = 0, sequence = 0; from < samples.length; sequence++) {
    const first = samples[from]
    if (!first) return
    let to = from + 1
    for (; to < samples.length; to++) {
      const next = samples[to]
      if (next?.isSync && next.dts - first.dts >= 1.99 * track.timescale) break
    }
    const run = samples.slice(from, to)
    const duration = run.reduce((sum, sample) => sum + sample.duration, 0)
    const fragment = buildFragment({
      sequence: 1,
      trackId: 1,
      baseDecodeTime: 0,
      samples: run.map(({ data, duration: length, isSync, pts, dts }) => ({
        data,
        duration: length,
        isSync,
        compositionOffset: pts - dts,
      })),
    })
    yield {
      sequence,
      init,
      fragment,
      offsetMs: (first.dts * 1000) / track.timescale,
      durationMs: (duration * 1000) / track.timescale,
    }
    from = to
  }
}

function durable(path: string): void {
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
}

const file = await clip()
const size = statSync(file).size
const folder = tempFolder('bench-export')
const vault = await startProgram(process.execPath, [
  VAULT,
  '--dir',
  join(folder.path, 'vault'),
  '--port',
  '0',
  '--log-level',
  'silent',
])
const transport = httpTransport()
try {
  const ready = JSON.parse(await waitForOutput(vault, /\{"ready".*\}\n/, 60_000))
  const around = { transport, clock: { now: () => Date.now() } }
  const store = await FolderStore.open(join(folder.path, 'home'))
  const device = await createHousehold(
    store,
    { name: 'Bench', device: 'bench', vault: ready.url, witnesses: [], quorum: 0 },
    around,
  )
  const streams = await addCamera(device, { name: 'Camera', sound: true })
  const start = Math.ceil(Date.now() / 2000) * 2000 + 4000
  for (const track of (await readMovie(file)).tracks) {
    const [stream, kind] = track.kind === 'video' ? [streams.video, KINDS.video] : [streams.audio, KINDS.audio]
    if (!stream) throw new Error('no sound stream')
    let leaf = 0
    for (const { sequence, init, fragment, offsetMs, durationMs } of pieces(track)) {
      const startTime = start + offsetMs
      leaf = Math.max(leaf + 1, leafOf(startTime))
      const sealed = await sealSegment({ household: device.household, device: device.id }, device.keys, {
        ...{ stream, generation: 0, leaf, kind },
        payload: {
          ...{ type: 'media', sequence, startTime: Math.round(startTime), duration: Math.round(durationMs) },
          ...{
            startsWithKey: true,
            continues: false,
            discontinuity: false,
            timescale: track.timescale,
            init,
            fragment: [fragment],
          },
        },
      })
      await device.vault.putObject(sealed.header.object, sealed.bytes)
    }
  }
  await sync(device)
  const camera = (await readNames(device)).cameras[0]
  if (!camera) throw new Error('no camera')
  const out = (name: string): string => join(folder.path, name)
  const timed = async (name: string, work: (path: string) => Promise<void> | void): Promise<number> => {
    rmSync(out(name), { force: true })
    const began = performance.now()
    await work(out(name))
    const seconds = (performance.now() - began) / 1000
    if (statSync(out(name)).size < size * 0.95) throw new Error(`${name} is too short`)
    return size / 1e6 / seconds
  }
  const speeds = await interleaved(ROUNDS, {
    ours: () =>
      timed('ours.mp4', async path => {
        const range = { from: start, to: start + MINUTES * 60_000 }
        const { movie, picture } = await exportRange({
          ...{ device, camera, ...range, file: path, sound: true, signal: new AbortController().signal },
          onProgress: () => undefined,
          onResume: () => undefined,
        })
        if (!movie || picture.some(finding => finding.type !== 'nothing')) throw new Error(JSON.stringify(picture))
      }),
    ffmpeg: () =>
      timed('ffmpeg.mp4', async path => {
        await ffmpeg('-i', file, '-c', 'copy', '-movflags', '+faststart', path)
        durable(path)
      }),
    cp: () =>
      timed('cp.mp4', path => {
        copyFileSync(file, path)
        durable(path)
      }),
  })
  for (const [name, values] of Object.entries(speeds))
    process.stdout.write(`${name}: ${values.map(v => Math.round(v)).join(', ')} MB/s\n`)
  const ours = median(speeds.ours)
  report('export', {
    export: atLeast(ours, median(speeds.ffmpeg), GOAL, 'MB/s, against ffmpeg remuxing the plain file'),
    'export-cp': told(ours, median(speeds.cp), 'MB/s, against cp'),
  })
  closeDevice(device)
} finally {
  transport.close()
  await vault.stop()
  folder.remove()
}
