import type { Language } from '../language.ts'
import type { CameraNow, Screen } from '../screen/model.ts'
import { readable } from '../screen/view.ts'
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

/** What a browser at the door needs a person for. */
const doorLines = (
  before: Screen['app'],
  after: Screen['app'],
  invocation: string,
  t: StartWords,
): readonly string[] => {
  const lines: string[] = []
  if (after.digits !== undefined && after.digits !== before.digits) lines.push(t.compare(readable(after.digits)))
  if (before.link && !after.link && !after.dead) lines.push(t.admitted(after.url))
  if (after.dead && !before.dead) lines.push(t.deadLink(`${invocation} link`))
  if (after.link && after.url !== before.url) lines.push(t.openLink, after.url)
  return lines
}

/** What changed between two looks, as plain lines; nothing when nothing did. */
export function changes(
  before: Screen | undefined,
  after: Screen,
  language: Language,
  invocation = 'hausrecht',
): readonly string[] {
  const t = words[language]
  const door = before === undefined ? [] : doorLines(before.app, after.app, invocation, t)
  const parts = before === undefined ? [] : PARTS.flatMap(part => partLines(part, before, after, language))
  const cameras = after.cameras.map(camera =>
    cameraLine(
      camera,
      before?.cameras.find(({ name }) => name === camera.name),
      t,
    ),
  )
  return [...door, ...parts, ...cameras].filter(line => line !== undefined)
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
