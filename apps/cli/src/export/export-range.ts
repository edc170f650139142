import type { OpenDevice } from '@hausrecht/client/device'
import { MovieAppender } from '@hausrecht/client/export/movie-appender'
import { together } from '@hausrecht/client/export/together'
import { windows } from '@hausrecht/client/export/windows'
import type { Camera } from '@hausrecht/client/names'
import { readRange } from '@hausrecht/client/read'
import { deletedIn, type Finding } from '@hausrecht/client/sequence'
import { Mp4Error } from '@hausrecht/media/errors'
import { MovieWriter } from '@hausrecht/media/mp4/movie'
import { dropNotes, keepNotes, NOTHING_YET, type Note, readNotes } from './notes.ts'

export type ExportJob = Readonly<{
  device: OpenDevice
  camera: Camera
  from: number
  to: number
  /** The end that was asked for: the same export, asked again a minute later, goes on although `to` is later now. */
  askedTo?: number
  file: string
  sound: boolean
  signal: AbortSignal
  /** How far it is: the time of the newest segment, and what was written so far. */
  onProgress(at: number, bytes: number): void
  /** An unfinished export of the same range is continued; this much is there already. */
  onResume(bytes: number): void
}>

export type Exported = Readonly<{
  /** Null when nothing of the range could be written: there is no file then. */
  movie: Readonly<{ bytes: number; durationMs: number; hasSound: boolean; from: number; to: number }> | null
  picture: readonly Finding[]
  sound: readonly Finding[]
}>

/** Says what is exported. What was deleted belongs to it: pieces from before a deletion must not go into a file made after it. */
function labelOf({ device, camera, from, to, askedTo = to, sound }: ExportJob): string {
  const { state, household } = device.chain
  const streams = [camera.video, ...(sound && camera.audio !== null ? [camera.audio] : [])]
  const deleted = streams.map(stream => deletedIn(state, stream, { from, to: askedTo }).map(({ order }) => order))
  return JSON.stringify({ version: 1, household, streams, from, to: askedTo, deleted })
}

async function openMovie(job: ExportJob, label: string): Promise<{ writer: MovieWriter; notes: readonly Note[] }> {
  try {
    const writer = await MovieWriter.open({ path: job.file, faststart: true })
    if (writer.label === label) {
      const { video, audio, bytes } = writer.progress
      job.onResume(bytes)
      return { writer, notes: readNotes(job.file, { video: video.parts, audio: audio.parts }) }
    }
    await writer.discard()
  } catch (error) {
    if (!(error instanceof Mp4Error && error.code === 'not_resumable')) throw error
  }
  dropNotes(job.file)
  return { writer: await MovieWriter.create({ path: job.file, label, faststart: true }), notes: [] }
}

/**
 * Writes a range of a camera into an MP4 file, window by window. When it is interrupted, `file.part` and its notes stay, and the same
 * job goes on from there; under the final name there is only ever a whole file.
 * @throws whatever reading throws; the reason of `signal`; Mp4Error
 */
export async function exportRange(job: ExportJob): Promise<Exported> {
  const { device, camera, file, signal } = job
  const { writer, notes: known } = await openMovie(job, labelOf(job))
  const notes = [...known]
  const appender = new MovieAppender(writer, notes.length > 0 ? job.from : undefined)
  let { picture, sound } = notes.at(-1) ?? NOTHING_YET
  try {
    const pieces = windows(job.from, job.to)
    for (const window of pieces.slice(notes.at(-1)?.windows ?? 0)) {
      const read = (stream: Camera['video']) => readRange(device, { stream, ...window, signal })
      const audio = job.sound && camera.audio !== null ? read(camera.audio) : undefined
      for await (const item of together(read(camera.video), audio)) {
        if (item.type === 'segment') {
          await appender.append(item.track, item.segment)
          job.onProgress(item.segment.startTime + item.segment.duration, writer.progress.bytes)
        } else if (item.track === 'video') picture = [...picture, item.finding]
        else sound = [...sound, item.finding]
      }
      const { video, audio: heard } = writer.progress
      notes.push({ windows: (notes.at(-1)?.windows ?? 0) + 1, video: video.parts, audio: heard.parts, picture, sound })
      keepNotes(file, notes)
    }
    if (writer.progress.video.samples + writer.progress.audio.samples === 0) {
      await writer.discard()
      dropNotes(file)
      return { movie: null, picture, sound }
    }
    const { bytes, video, audio } = await writer.finish()
    dropNotes(file)
    const durationMs = Math.max(video.durationMs, audio.durationMs)
    return { movie: { bytes, durationMs, hasSound: audio.samples > 0, ...appender.span }, picture, sound }
  } catch (error) {
    // A second failure while closing must not hide the first.
    await writer.close().catch(() => {})
    throw error
  }
}
