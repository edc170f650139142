import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { SpoolFs } from './fs.ts'

/**
 * How far everything is settled: acknowledged by the vault, deleted by order, dropped with a recorded gap, or damaged and
 * reported. Settling may happen out of order; the cursor is the newest position below which nothing is open.
 * Losing the file only makes the hub send again what the vault already has, which is the same object (idempotent).
 */
export class Cursor {
  #settled: number
  #stored: number
  readonly #ahead = new Set<number>()

  constructor(settled: number) {
    this.#settled = settled
    this.#stored = settled
  }

  get settled(): number {
    return this.#settled
  }

  /** Positions settled beyond the cursor. */
  get ahead(): number {
    return this.#ahead.size
  }

  has(position: number): boolean {
    return position <= this.#settled || this.#ahead.has(position)
  }

  settle(position: number): void {
    if (position <= this.#settled) return
    this.#ahead.add(position)
    while (this.#ahead.delete(this.#settled + 1)) this.#settled += 1
  }

  settleUpTo(position: number): void {
    if (position <= this.#settled) return
    this.#settled = position
    for (const ahead of this.#ahead) if (ahead <= position) this.#ahead.delete(ahead)
    while (this.#ahead.delete(this.#settled + 1)) this.#settled += 1
  }

  get unsaved(): boolean {
    return this.#stored !== this.#settled
  }

  async save(dir: string, fs: SpoolFs): Promise<void> {
    const settled = this.#settled
    const bytes = new Uint8Array(12)
    const view = new DataView(bytes.buffer)
    view.setBigUint64(0, BigInt(settled))
    view.setUint32(8, crc32(bytes.subarray(0, 8)))
    await fs.replace(join(dir, CURSOR_FILE), bytes)
    this.#stored = settled
  }
}

export const CURSOR_FILE = 'cursor'

/** The stored cursor; 0 when there is none or it is damaged. */
export async function loadCursor(dir: string, fs: SpoolFs): Promise<number> {
  const bytes = new Uint8Array(12)
  try {
    const handle = await fs.open(join(dir, CURSOR_FILE), 'read')
    try {
      if ((await handle.read(bytes, 0)) < 12) return 0
    } finally {
      await handle.close()
    }
  } catch {
    return 0
  }
  const view = new DataView(bytes.buffer)
  return crc32(bytes.subarray(0, 8)) === view.getUint32(8) ? Number(view.getBigUint64(0)) : 0
}
