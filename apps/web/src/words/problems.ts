import type { Words } from './en.ts'
import { say } from './say.ts'

export type Advice = { readonly what: string; readonly kept?: string; readonly next: string }

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** Words for the code of an error; a code without words is shown as it is, never as something else. */
export const errorIn = (words: Words, code: string): Advice =>
  own(words.errors, code) ?? {
    what: say(words.errors.unknown.what, { code }),
    next: words.errors.unknown.next,
  }

/** The same code means something else when a camera was asked: "not found" is the camera's path there, not ours. */
const OF_CAMERAS: Readonly<Record<string, string>> = {
  unreachable: 'camera_unreachable',
  timeout: 'camera_timeout',
  not_found: 'stream_not_found',
}

export const cameraErrorIn = (words: Words, code: string): Advice => errorIn(words, OF_CAMERAS[code] ?? code)

export const gapIn = (words: Words, reason: string): string =>
  own<string>(words.gaps, reason) ?? say(words.gaps.unknown, { reason })

/** Words for an alarm. Codes that only other parts raise are explained as errors. */
export function alarmIn(words: Words, code: string): Advice {
  const { titleOne: _title, at: _at, ...alarms } = words.alarms
  return own<Advice>(alarms, code) ?? errorIn(words, code)
}
