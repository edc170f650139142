import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Mutex } from '@hausrecht/client/mutex'
import { CAMERAS_FILE, type CameraEntry, readCameras } from './cameras.ts'
import type { GapReason } from './recorder/gap-reasons.ts'
import { type CameraOptions, RunningCamera } from './running-camera.ts'
import { STAGGER_MS } from './sources/limits.ts'
import type { CameraStatus } from './status/status.ts'

export type BoardOptions = CameraOptions & {
  readonly home: string
  /** The last run ended in order. */
  readonly cleanStop: boolean
}

/** The cameras that run, as `cameras.json` has them; the file is read again when it changes. */
export class CameraBoard {
  readonly #options: BoardOptions
  /** In the order of the file. */
  #running: ReadonlyMap<string, RunningCamera> = new Map()
  readonly #mutex = new Mutex()
  #read = ''
  #first = true

  constructor(options: BoardOptions) {
    this.#options = options
  }

  /**
   * Starts what is new, stops what is gone, restarts what is reached differently; a new name or place disturbs nothing. A file that cannot
   * be read changes nothing.
   */
  refresh(): Promise<void> {
    return this.#mutex.run(() => this.#refresh())
  }

  status(): readonly CameraStatus[] {
    return [...this.#running.values()].map(camera => camera.status())
  }

  /** The cameras as the file has them, with what they do. */
  cameras(): readonly { readonly entry: CameraEntry; readonly status: CameraStatus }[] {
    return [...this.#running.values()].map(camera => ({ entry: camera.entry, status: camera.status() }))
  }

  close(): Promise<void> {
    return this.#mutex.run(async () => {
      await Promise.all([...this.#running.values()].map(camera => camera.close()))
      this.#running = new Map()
    })
  }

  async #refresh(): Promise<void> {
    const { home, log } = this.#options
    const stamp = await stampOf(join(home, CAMERAS_FILE))
    if (stamp === this.#read) return
    this.#read = stamp
    let entries: readonly CameraEntry[]
    try {
      entries = await readCameras(home)
    } catch (error) {
      log.error({ err: error }, 'cameras.json cannot be read: cameras stay as they are')
      return
    }
    const wanted = new Map(entries.map(entry => [howReached(entry), entry]))
    const before = this.#running
    for (const [key, camera] of before) {
      if (wanted.has(key)) continue
      await camera.close()
      log.info({ video: camera.entry.video }, 'camera stopped')
    }
    let startAfterMs = 0
    const running = new Map<string, RunningCamera>()
    for (const [key, entry] of wanted) {
      const known = before.get(key)
      if (known !== undefined) known.entry = entry
      running.set(key, known ?? new RunningCamera(entry, this.#options, this.#reason(entry), startAfterMs))
      if (known !== undefined) continue
      startAfterMs += STAGGER_MS
      log.info({ video: entry.video }, 'camera started')
    }
    this.#running = running
    this.#first = false
  }

  #reason({ video }: CameraEntry): GapReason {
    if (!this.#first || this.#options.streams.endOf(video) === null) return 'camera_added'
    return this.#options.cleanStop ? 'hub_stopped' : 'hub_crashed'
  }
}

/** All that makes a camera another one to record. */
const howReached = ({ name: _, ...rest }: CameraEntry): string => JSON.stringify(rest)

/** Changes when the file does; empty when there is none. */
async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path)
    return `${mtimeMs}/${size}/${ino}`
  } catch {
    return ''
  }
}
