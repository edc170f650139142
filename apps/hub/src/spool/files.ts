import { join } from 'node:path'
import type { SpoolFile, SpoolFs } from './fs.ts'
import { decodeHead, HEAD_BYTES, type RecordHead } from './record.ts'
import { scanAt } from './scan.ts'
import { StreamStates } from './state.ts'

/** One log file. `bytes` is what is durable in it; a reader never looks beyond. */
export type LogFile = {
  readonly number: number
  readonly path: string
  /** Position of the first object that may stand in it. */
  readonly first: number
  /** Clock when it was begun, ms. */
  readonly createdMs: number
  /** Its first record, the snapshot of all streams, is undamaged. */
  readonly whole: boolean
  bytes: number
}

const SUFFIX = '.spool'

export function logPath(dir: string, number: number): string {
  return join(dir, `${String(number).padStart(12, '0')}${SUFFIX}`)
}

/** What a start found on the disk. */
export type Recovered = {
  readonly files: LogFile[]
  readonly states: StreamStates
  readonly nextPosition: number
  readonly nextNumber: number
  /** The hub was stopped in order: the newest record says so. */
  readonly cleanStop: boolean
  /** Bytes cut from the end of the newest file: a record that was being written when the process or the power went. */
  readonly tornBytes: number
}

/**
 * Reads the folder as a crash may have left it. Only the newest file with an undamaged snapshot is walked, and what
 * came after it (heads only): older ones add nothing, and blobs are checked when they are read for upload. A torn record at the end
 * is cut off; a file without its snapshot was never in use and is removed.
 */
export async function recover(dir: string, fs: SpoolFs): Promise<Recovered> {
  await fs.prepare(dir)
  const numbers: number[] = []
  for (const name of await fs.list(dir)) {
    if (new RegExp(`^\\d{12}\\${SUFFIX}$`).test(name)) numbers.push(Number(name.slice(0, 12)))
  }
  numbers.sort((a, b) => a - b)
  const files: LogFile[] = []
  const nextNumber = (numbers.at(-1) ?? 0) + 1
  for (const number of numbers) {
    const file = await openKnown(dir, number, fs)
    if (file === null) await fs.remove(logPath(dir, number))
    else files.push(file)
  }
  const states = new StreamStates()
  let end: Walked = { nextPosition: 1, cleanStop: false, tornBytes: 0 }
  const from = files.findLastIndex(file => file.whole)
  for (const file of files.slice(Math.max(0, from))) {
    const walked = await walk(file, fs, states)
    end = { ...walked, nextPosition: Math.max(end.nextPosition, walked.nextPosition) }
  }
  return { files, states, nextNumber, ...end }
}

type Walked = Pick<Recovered, 'nextPosition' | 'cleanStop' | 'tornBytes'>

async function openKnown(dir: string, number: number, fs: SpoolFs): Promise<LogFile | null> {
  const path = logPath(dir, number)
  const handle = await fs.open(path, 'read')
  try {
    const bytes = new Uint8Array(HEAD_BYTES)
    const size = await handle.size()
    const read = await handle.read(bytes, 0)
    const head = read === HEAD_BYTES ? decodeHead(bytes) : null
    if (head !== null && head.type === 'snapshot' && HEAD_BYTES + head.blobLength <= size)
      return { number, path, first: head.position, createdMs: head.meta.startMs, whole: true, bytes: size }
    // A damaged first record in a file that has others: keep the others, take what the first of them says.
    const found = await scanAt(handle, 0, size)
    if (found.type !== 'damage') return null
    const after = await scanAt(handle, found.next, size)
    if (after.type !== 'record') return null
    return { number, path, first: after.head.position, createdMs: after.head.meta.startMs, whole: false, bytes: size }
  } finally {
    await handle.close()
  }
}

async function walk(file: LogFile, fs: SpoolFs, states: StreamStates): Promise<Walked> {
  const handle = await fs.open(file.path, 'write')
  try {
    let nextPosition = file.first
    let cleanStop = false
    let at = 0
    for (;;) {
      const found = await scanAt(handle, at, file.bytes)
      if (found.type === 'end') break
      at = found.next
      if (found.type === 'damage') continue
      const { head } = found
      cleanStop = head.type === 'stop'
      if (head.type === 'snapshot') await mergeSnapshot(handle, found.at, head.blobLength, states)
      if (head.type !== 'object') continue
      states.note(head.meta)
      nextPosition = Math.max(nextPosition, head.position + 1)
    }
    const tornBytes = file.bytes - at
    if (tornBytes > 0) {
      await handle.truncate(at)
      await handle.datasync()
      file.bytes = at
    }
    return { nextPosition, cleanStop, tornBytes }
  } finally {
    await handle.close()
  }
}

async function mergeSnapshot(handle: SpoolFile, at: number, length: number, states: StreamStates): Promise<void> {
  const blob = new Uint8Array(length)
  await handle.read(blob, at + HEAD_BYTES)
  states.mergeEncoded(blob)
}

/** Heads of the objects in a file, from its start, damage skipped. */
export async function objectsOf(
  file: LogFile,
  fs: SpoolFs,
  each: (found: { at: number } & Omit<RecordHead, 'type' | 'blobCrc'>) => void,
): Promise<void> {
  const handle = await fs.open(file.path, 'read')
  try {
    let at = 0
    for (;;) {
      const found = await scanAt(handle, at, file.bytes)
      if (found.type === 'end') return
      at = found.next
      if (found.type !== 'record' || found.head.type !== 'object') continue
      each({ at: found.at, ...found.head })
    }
  } finally {
    await handle.close()
  }
}
