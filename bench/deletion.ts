import { tempFolder } from '../packages/testkit/src/temp.ts'
import { deleteInTable, deleteInTrees, mebibytes } from './deletion/memory.ts'
import { benchPurge } from './deletion/purge.ts'
import { expectedNodes, randomSegments } from './deletion/segments.ts'
import { deleteKeys, deleteStream } from './deletion/whole.ts'
import { below, type Figures, report, told } from './lib.ts'

/**
 * What deletes cost: a million single ones at random, which is the worst for a key tree, and one of a whole stream, which is the best.
 * The peer is a table with one key for each segment.
 */
const DELETES = 1_000_000
const MOST_SECONDS = 60
/** How far the size of the state may be from what is expected of random holes. */
const STATE_TOLERANCE = 0.05
const STREAM_LENGTHS = [1e3, 1e4, 1e5, 1e6, 1e7]
/** A stream ten thousand times as long may cost no more than this many times as much: the cover has more nodes, but at most one for each doubling. */
const MOST_GROWTH = 4

function randomDeletes(): Figures {
  const gone = randomSegments(DELETES)
  const table = deleteInTable(gone)
  const trees = deleteInTrees(gone)
  const expected = expectedNodes(DELETES)
  const off = Math.abs(trees.nodes / expected - 1)
  return {
    'a million deletes': below(trees.seconds, table.seconds, MOST_SECONDS, 's'),
    'state after them': {
      ...told(mebibytes(trees.nodes), mebibytes(expected), 'MiB'),
      goal: STATE_TOLERANCE,
      met: off <= STATE_TOLERANCE,
    },
    'state with what no segment uses': told(mebibytes(trees.untrimmed), table.bytes / 2 ** 20, 'MiB'),
  }
}

function wholeStreams(): Figures {
  const figures: Figures = {}
  for (const segments of STREAM_LENGTHS)
    figures[`a stream of ${segments} segments`] = told(deleteStream(segments), deleteKeys(segments), 'µs')
  const [shortest, longest] = [deleteStream(1e3), deleteStream(1e7)]
  const growth = told(longest, shortest, 'µs')
  figures['a stream 10⁴ times as long'] = { ...growth, goal: MOST_GROWTH, met: growth.ratio <= MOST_GROWTH }
  return figures
}

/** One of the three, for looking at something: `npm run bench -- deletion purge`. Nothing is reported then. */
const [only] = process.argv.slice(2)
const folder = tempFolder('bench-deletion')
try {
  const figures = {
    ...((only ?? 'random') === 'random' && randomDeletes()),
    ...((only ?? 'whole') === 'whole' && wholeStreams()),
    ...((only ?? 'purge') === 'purge' && (await benchPurge(folder.path))),
  }
  if (only === undefined) report('deletion', figures)
  else process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
} finally {
  folder.remove()
}
