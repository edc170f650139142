import type { Camera } from '@hausrecht/client/names'
import { CliError } from '../errors.ts'

const folded = (text: string): string => text.normalize('NFKC').toLocaleLowerCase()

/**
 * The camera that a person means: by its whole name, else by the beginning of it or of a word in it, whatever the case. Among
 * several of one name, the one that still records.
 * @throws CliError no_such_camera, ambiguous_camera
 */
export function pickCamera(cameras: readonly Camera[], text: string): Camera {
  const wanted = folded(text)
  const names = [...new Set(cameras.map(({ name }) => name))]
  const exact = names.filter(name => folded(name) === wanted)
  const begins = names.filter(
    name =>
      folded(name).startsWith(wanted) ||
      folded(name)
        .split(/\s+/)
        .some(word => word.startsWith(wanted)),
  )
  const [found, ...others] = exact.length > 0 ? exact : begins
  if (found === undefined || wanted === '') throw CliError.of('no_such_camera', { name: text, known: names.join(', ') })
  if (others.length > 0) throw CliError.of('ambiguous_camera', { name: text, known: [found, ...others].join(', ') })
  const same = cameras.filter(({ name }) => name === found)
  const camera = same.find(({ stoppedAt }) => stoppedAt === null) ?? same.at(-1)
  if (camera === undefined) throw CliError.of('no_such_camera', { name: text, known: names.join(', ') })
  return camera
}
