import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeDevice } from '@hausrecht/client/device'
import { takeHubLock } from '@hausrecht/client/node/home'
import { TestHousehold } from '@hausrecht/testkit/household'
import { type SoftwareTpm, startTpm } from '@hausrecht/testkit/swtpm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../context.ts'
import type { Handler } from '../handler.ts'
import type { Language } from '../language.ts'
import { createOutput } from '../output.ts'
import { given } from '../program/options.ts'
import { createAsker } from '../terminal/ask.ts'
import { show, use } from './cell.ts'

let folder = ''
let tpm: SoftwareTpm
let world: TestHousehold
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hausrecht-cell-'))
  tpm = await startTpm(folder)
  world = await TestHousehold.start()
  closeDevice(await world.found('data/home'))
})
afterAll(async () => {
  await world.close()
  await tpm.close()
  await rm(folder, { recursive: true, force: true })
})

async function run(
  handler: Handler,
  args: readonly string[],
  options: Readonly<Record<string, unknown>> = {},
  language: Language = 'en',
) {
  let said = ''
  let json = ''
  const context: Context = {
    ...{ language, env: {}, clock: world.clock, invocation: 'hausrecht', version: '0', dataDir: world.home('data') },
    out: createOutput(
      { stdout: { write: part => (json += part) }, stderr: { write: part => (said += part) }, env: {} },
      true,
    ),
    ask: createAsker(process.stdin, process.stderr),
    signal: new AbortController().signal,
  }
  await handler(context, args, given(options, 'hausrecht'))
  return { said, value: JSON.parse(json) as unknown }
}

test('into the TPM and back, said in both languages', async () => {
  const options = { tcti: tpm.tcti, index: '0x01804860' }
  expect(await run(show, [])).toMatchObject({ value: { cell: 'file', index: null } })
  const sealed = await run(use, ['tpm'], options)
  expect(sealed).toMatchObject({ value: { cell: 'tpm', index: '0x01804860' } })
  expect(sealed.said).toContain('no copy of the disk')
  expect((await run(use, ['tpm'], options, 'de')).said).toContain('Es ist schon so.')
  const reopened = await world.reopen('data/home')
  expect(reopened.keys.held().length).toBeGreaterThan(0)
  closeDevice(reopened)
  expect((await run(use, ['file'], {}, 'de')).said).toContain('liegen in Dateien')
  expect(await run(show, [])).toMatchObject({ value: { cell: 'file' } })
})

test('what cannot be done is refused, and changes nothing', async () => {
  await expect(run(use, ['stone'])).rejects.toMatchObject({ code: 'usage' })
  await expect(run(use, ['tpm'], { index: '12' })).rejects.toMatchObject({ code: 'usage' })
  await expect(run(use, ['tpm'], { tcti: 'swtpm:host=127.0.0.1,port=1' })).rejects.toMatchObject({ code: 'cell' })
  const unlock = takeHubLock(join(world.home('data'), 'home'))
  await expect(run(use, ['tpm'], { tcti: tpm.tcti })).rejects.toThrow()
  unlock()
  expect(await run(show, [])).toMatchObject({ value: { cell: 'file' } })
})
