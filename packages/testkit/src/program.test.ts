import { describe, expect, test } from 'vitest'
import { freePort } from './port.ts'
import { startProgram, waitForOutput } from './program.ts'

describe('programs', () => {
  test('output is collected, and stop ends exactly this process', async () => {
    const program = await startProgram(process.execPath, ['-e', 'console.log("ready"); setInterval(() => {}, 1000)'])
    await waitForOutput(program, 'ready')
    expect(await program.stop()).toEqual({ code: null, signal: 'SIGTERM' })
    expect(program.stdout()).toBe('ready\n')
  })

  test('one that ignores SIGTERM is killed', async () => {
    const deaf = 'process.on("SIGTERM", () => {}); console.log("ready"); setInterval(() => {}, 1000)'
    const program = await startProgram(process.execPath, ['-e', deaf])
    await waitForOutput(program, 'ready')
    expect((await program.stop()).signal).toBe('SIGKILL')
  })

  test('an early end is told with what the program said', async () => {
    const program = await startProgram(process.execPath, ['-e', 'console.error("no disk"); process.exit(3)'])
    await expect(waitForOutput(program, 'ready')).rejects.toThrow('no disk')
    expect((await program.ended).code).toBe(3)
  })

  test('a program that does not exist', async () => {
    await expect(startProgram('/nonexistent/program', [])).rejects.toThrow('ENOENT')
  })

  test('a free port is one that can be used', async () => {
    const port = await freePort()
    expect(port).toBeGreaterThan(1023)
  })
})
