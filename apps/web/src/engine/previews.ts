import type { Accesses } from '@hausrecht/client/accesses'
import { readKeyFrame } from '@hausrecht/client/key-frame'
import type { OpenDevice } from '@hausrecht/client/open-device'
import type { ObjectRow } from '@hausrecht/contract/schemas'
import type { StreamId } from '@hausrecht/crypto/ids'
import { leafOf } from '@hausrecht/keytree/leaf'
import { Retimer } from '@hausrecht/media/mp4/retime'
import type { CameraView, MediaPart } from './api.ts'
import { toPart } from './parts.ts'

/** A picture is timed from so long before it on, ms. */
const ORIGIN_MS = 3_600_000
/** Rows of the vault's index around a moment that previews keep, ms on each side. */
const ROWS_MS = 60_000
const ROWS_KEPT = 256
/** What was so young when the index was read may have come since, ms. */
const SETTLED_MS = 30_000
type Listed = { readonly readAt: number; readonly rows: Promise<readonly ObjectRow[]> }

/** Pictures of moments, as a finger moves over a timeline: a key frame each, of the smallest stream there is. */
export class Previews {
  readonly #rows = new Map<string, Listed>()

  async keyFrame(device: OpenDevice, accesses: Accesses, camera: CameraView, at: number): Promise<MediaPart | null> {
    const stream = camera.sub ?? camera.id
    const rows = await this.#rowsAround(device, stream, at)
    const frame = await readKeyFrame(device, stream, at, rows, accesses)
    return frame === null ? null : toPart('video', frame, new Retimer(frame.startTime - ORIGIN_MS))
  }

  /** What the vault has may have changed. */
  forget(): void {
    this.#rows.clear()
  }

  #rowsAround(device: OpenDevice, stream: StreamId, at: number): Promise<readonly ObjectRow[]> {
    const tile = Math.floor(at / ROWS_MS)
    const key = `${stream} ${tile}`
    const known = this.#rows.get(key)
    if (known !== undefined && at < known.readAt - SETTLED_MS) return known.rows
    const readAt = device.clock.now()
    const range = { lo: leafOf((tile - 0.5) * ROWS_MS), hi: leafOf((tile + 1) * ROWS_MS) }
    const rows = device.vault.listObjects({ stream, ...range }, null).then(page => page.objects)
    this.#rows.set(key, { readAt, rows })
    rows.catch(() => this.#rows.delete(key))
    const [oldest] = this.#rows.keys()
    if (this.#rows.size > ROWS_KEPT && oldest !== undefined) this.#rows.delete(oldest)
    return rows
  }
}
