import { tempFolder } from '../packages/testkit/src/temp.ts'
import { report } from './lib.ts'
import { benchAppend } from './log/append.ts'
import { benchVerify } from './log/verify.ts'

/** The household's log at a million leaves: writing it (`log/append.ts`) and verifying all of it (`log/verify.ts`). */
const SIZE = 1_000_000

/** Fewer leaves, or one of the two, for looking at something: `npm run bench -- log 10000 append`. Nothing is reported then. */
const [size = '', only] = process.argv.slice(2)
const folder = tempFolder('bench-log')
try {
  const leaves = size === '' ? SIZE : Number(size)
  const figures = {
    ...(only !== 'verify' && (await benchAppend(folder.path, leaves))),
    ...(only !== 'append' && (await benchVerify(folder.path, leaves))),
  }
  if (size === '') report('log', figures)
  else process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
} finally {
  folder.remove()
}
