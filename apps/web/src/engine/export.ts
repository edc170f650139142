import { MovieAppender } from '@hausrecht/client/export/movie-appender'
import { together } from '@hausrecht/client/export/together'
import { windows } from '@hausrecht/client/export/windows'
import { readRange } from '@hausrecht/client/read'
import { MovieWriter } from '@hausrecht/media/mp4/movie'
import { takeMovie } from '@hausrecht/media/web/movie-file'
import type { CameraView, ExportResult, Finding, Listener, Progress } from './api.ts'
import { EngineError } from './errors.ts'
import { toFindings } from './feeds.ts'
import type { Session } from './session.ts'

/** A range of a camera as one MP4 file, opened and written here. @throws EngineError nothing_there; whatever reading throws */
export async function exportRange(
  session: Session,
  camera: CameraView,
  range: { readonly from: number; readonly to: number },
  progress: Listener<Progress>,
  signal: AbortSignal,
): Promise<ExportResult> {
  const { device } = session
  const path = `export-${crypto.randomUUID()}`
  const writer = await MovieWriter.create({ path, faststart: true })
  const appender = new MovieAppender(writer, undefined)
  const findings: Finding[] = []
  const of = range.to - range.from
  try {
    for (const window of windows(range.from, range.to)) {
      const read = (stream: CameraView['id']) => readRange(device, { stream, ...window, signal })
      const sound = camera.audio === null ? undefined : read(camera.audio)
      for await (const piece of together(read(camera.id), sound)) {
        if (piece.type === 'segment') {
          await appender.append(piece.track, piece.segment)
          const done = piece.segment.startTime + piece.segment.duration - range.from
          progress({ done: Math.min(of, Math.max(0, done)), of })
        } else if (piece.track === 'video') findings.push(...toFindings(piece.finding))
      }
    }
    if (writer.progress.video.samples + writer.progress.audio.samples === 0) throw new EngineError('nothing_there')
    await writer.finish()
  } catch (error) {
    await writer.discard()
    throw error
  }
  const { from, to } = appender.span
  const bytes = new Uint8Array(await new Blob([...takeMovie(path)]).arrayBuffer())
  return { bytes, name: fileName(camera.name, from), from, to, findings }
}

/** `Front door 2026-11-23 14-05-30.mp4`, in the browser's own time. */
function fileName(camera: string, at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString()
  const name = camera.replace(/[\\/:*?"<>|]/g, ' ').trim()
  return `${name} ${local.slice(0, 10)} ${local.slice(11, 19).replaceAll(':', '-')}.mp4`
}
