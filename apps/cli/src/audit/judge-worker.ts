import { parentPort } from 'node:worker_threads'
import { type Job, judge } from './judge.ts'

/** One of several threads that judge bundles: signatures are most of the work of an audit. */
parentPort?.on('message', async ({ id, job }: { readonly id: number; readonly job: Job }) => {
  parentPort?.postMessage({ id, judged: await judge(job) })
})
