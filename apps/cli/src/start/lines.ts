import type { Language } from '../language.ts'
import type { CameraNow, Screen } from '../screen/model.ts'
import { bitrate, bytes, duration, number } from '../time/format.ts'
import { PARTS, type Part } from './protocol.ts'
import { type StartWords, words } from './start-words.ts'

/** How often plain lines say that all is well, in ms. */
export const BEAT_MS = 60_000

/** A crash and the way back can both lie between two looks: the number of restarts tells of them. */
const partLines = (part: Part, before: Screen, after: Screen, language: Language): readonly string[] => {
  const t = words[language]
  const [was, is] = [before.parts[part], after.parts[part]]
  const lines: string[] = []
  const crashed = is.restarts > was.restarts
  if (crashed) {
    const wait = is.state === 'waiting' && is.retryAt !== undefined ? Math.max(1000, is.retryAt - after.now) : 1000
    lines.push(t.crashed(t.parts[part], is.reason ?? '', duration(wait, language)))
  }
  if (is.state === 'running' && is.restarts > 0 && (crashed || was.state !== 'running'))
    lines.push(t.back(t.parts[part]))
  return lines
}

const cameraLine = (camera: CameraNow, was: CameraNow | undefined, t: StartWords): string | undefined => {
  if (camera.state === was?.state && camera.problem === was.problem) return undefined
  switch (camera.state) {
    case 'recording':
      return t.camera.recording(camera.name, [camera.picture, camera.sound].filter(Boolean).join(', '))
    case 'connecting':
      return camera.problem === undefined
        ? t.camera.connecting(camera.name)
        : t.camera.waiting(camera.name, camera.problem)
    case 'elsewhere':
    case 'off':
      return undefined
    case 'waiting':
      return t.camera.waiting(camera.name, camera.problem ?? '')
  }
}

/** What changed between two looks, as plain lines; nothing when nothing did. */
export function changes(before: Screen | undefined, after: Screen, language: Language): readonly string[] {
  const t = words[language]
  const parts = before === undefined ? [] : PARTS.flatMap(part => partLines(part, before, after, language))
  const cameras = after.cameras.map(camera =>
    cameraLine(
      camera,
      before?.cameras.find(({ name }) => name === camera.name),
      t,
    ),
  )
  return [...parts, ...cameras].filter(line => line !== undefined)
}

/** Now and then: that it still records, and how much there is. */
export function beat({ cameras, kept, now }: Screen, language: Language): readonly string[] {
  const t = words[language]
  const lines = cameras.flatMap(({ name, sealedAt, bitsPerSecond }) => {
    if (sealedAt === undefined) return []
    return [
      t.beat(
        name,
        duration(now - sealedAt, language),
        bitsPerSecond === undefined ? '' : bitrate(bitsPerSecond, language),
      ),
    ]
  })
  return kept === undefined ? lines : [...lines, t.kept(bytes(kept.bytes, language), number(kept.logSize, language))]
}
