import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import type { Language } from '../language.ts'
import { completion, SHELLS } from './completion.ts'
import { type Given, given, parseSize } from './options.ts'
import { buildProgram, CommanderError, explainUsage, parse as parseWith } from './program.ts'
import { COMMANDS } from './spec.ts'

type Called = { id: string; args: readonly string[]; options: Given }

const program = (language: Language = 'en') => {
  const calls: Called[] = []
  let printed = ''
  const writeOut = (text: string): void => {
    printed += text
  }
  const built = buildProgram({
    language,
    version: '0.1.0',
    invocation: 'hausrecht',
    columns: 100,
    run: async (id, args, options) => void calls.push({ id, args, options }),
  })
  for (const command of [built, ...built.commands, ...built.commands.flatMap(group => group.commands)]) {
    command.configureOutput({ writeOut, writeErr: () => {} })
  }
  const parse = (...args: string[]) => parseWith(built, args)
  return { calls, parse, printed: () => printed }
}

const refused = async (language: Language, ...args: string[]) => {
  try {
    await program(language).parse(...args)
  } catch (error) {
    if (error instanceof CommanderError) return explainUsage(error, language, 'hausrecht')?.explanation[language].what
    throw error
  }
  return undefined
}

describe('the commands', () => {
  test('arguments and options arrive where they belong', async () => {
    const { calls, parse } = program()
    await parse('export', 'door', '-10m', 'now', 'out.mp4', '--no-sound', '--data', '/x')
    expect(calls[0]).toMatchObject({ id: 'export', args: ['door', '-10m', 'now', 'out.mp4'] })
    expect(calls[0]?.options.text('data')).toBe('/x')
    expect(calls[0]?.options.flag('sound')).toBe(false)
    await parse('--json', 'status', '--data', '/y')
    expect(calls[1]?.options.flag('json')).toBe(true)
    await parse('looked', '--from', '-2d', '--device', 'Old phone', '--recorded')
    expect([calls.at(-1)?.options.text('from'), calls.pop()?.options.flag('recorded')]).toEqual(['-2d', true])
    await parse('cameras', 'add', 'rtsp://x', '--name', 'Front door')
    expect(calls[2]).toMatchObject({ id: 'cameras add', args: ['rtsp://x'] })
    await parse('vault', '--witness', 'a,b,c', 'd,e,f')
    expect(calls[3]?.options.texts('witness')).toEqual(['a,b,c', 'd,e,f'])
  })

  test.each(Object.keys(COMMANDS).flatMap(id => [['en', id] as const, ['de', id] as const]))(
    '%s help of %s teaches by example',
    async (language, id) => {
      const { parse, printed } = program(language)
      await expect(parse(...id.split(' '), '--help')).rejects.toMatchObject({ exitCode: 0 })
      expect(printed()).toMatch(language === 'de' ? /Beispiele:\n {2}hausrecht / : /Examples:\n {2}hausrecht /)
      expect(printed()).toContain(language === 'de' ? 'Aufruf:' : 'Usage:')
    },
  )

  test('what is asked for wrongly is answered in words', async () => {
    expect(await refused('en', 'exprot')).toBe('There is no command "exprot".')
    expect(await refused('de', 'status', '--wach')).toBe('Die Option --wach gibt es hier nicht.')
    expect(await refused('en', 'export', 'door')).toBe('The argument "from" is missing.')
    expect(await refused('en', 'start', '--port')).toContain('needs a value')
    expect(await refused('en', 'status', 'a', 'b')).toContain('too many')
  })
})

describe('options', () => {
  test('whole numbers have limits', () => {
    expect(given({ port: '8420' }, 'x').whole('port', 0, 65_535)).toBe(8420)
    for (const port of ['70000', '1.5', 'abc', '-1']) {
      expect(() => given({ port }, 'x').whole('port', 0, 65_535)).toThrow(expect.objectContaining({ code: 'usage' }))
    }
  })

  test('sizes', () => {
    expect([parseSize('500GB'), parseSize('1,5 tb'), parseSize('12'), parseSize('x'), parseSize('5 parsecs')]).toEqual([
      5e11,
      1.5e12,
      12,
      undefined,
      undefined,
    ])
  })
})

describe('completion', () => {
  const complete = (...typed: string[]): readonly string[] => {
    const script = `${completion('bash')}\nCOMP_WORDS=(${typed.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${typed.length - 1}; _hausrecht; printf '%s\\n' "\${COMPREPLY[@]}"`
    return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n')
  }

  test('in bash, at each place of the tree', () => {
    expect(complete('hausrecht', 'ex')).toEqual(['export'])
    expect(complete('hausrecht', 'cameras', '')).toEqual(['list', 'add', 'probe', 'remove'])
    expect(complete('hausrecht', 'cameras', 'add', '--pass')).toEqual(['--password-stdin'])
    expect(complete('hausrecht', '--json', 'status', '--w')).toEqual(['--watch'])
    expect(complete('hausrecht', 'completion', 'z')).toEqual(['zsh'])
    expect(complete('hausrecht', 'sample')).toEqual([''])
  })

  test.each(SHELLS)('%s knows every command', shell => {
    const shown = Object.entries<{ hidden?: boolean }>(COMMANDS).filter(([, spec]) => spec.hidden !== true)
    expect(shown.length).toBeGreaterThan(10)
    for (const [id] of shown) expect(completion(shell)).toContain(id)
  })

  test('another shell is refused', () => {
    expect(() => completion('csh')).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})
