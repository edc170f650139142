import { words as errorWords } from '../error-words.ts'
import { exitCodeOf } from '../errors.ts'
import type { Language } from '../language.ts'
import { words } from './help-words.ts'
import { ARGUMENTS, COMMANDS, COMMON, OPTIONS } from './spec.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

/** docs/cli.md: every command with its arguments, options and examples, from the same tables as `--help`. */
export function manual(language: Language): string {
  const t = words[language]
  const commands = Object.entries(t.commands).filter(([id]) =>
    Object.entries(COMMANDS).some(([known, spec]) => known === id && spec.hidden !== true),
  )
  const table = (rows: readonly (readonly [string, string])[]): readonly string[] =>
    rows.length === 0
      ? []
      : [
          '| | |',
          '|---|---|',
          ...rows.map(([left, right]) => `| \`${left.replaceAll('|', '\\|')}\` | ${cell(right)} |`),
          '',
        ]
  const sections = commands.flatMap(([id, { about, examples }]) => {
    const spec = Object.entries(COMMANDS).find(([known]) => known === id)?.[1] ?? {}
    const args = spec.arguments ?? []
    return [
      `## \`hausrecht ${[id, ...args.map(argument => ARGUMENTS[argument])].join(' ')}\``,
      about,
      '',
      ...table([
        ...args.map(argument => [ARGUMENTS[argument], t.arguments[argument]] as const),
        ...(spec.options ?? []).map(option => [OPTIONS[option], t.options[option]] as const),
      ]),
      '```sh',
      ...examples.map(({ run, why }) => `hausrecht ${run}  # ${why}`),
      '```',
      '',
    ]
  })
  return [
    '# The command line',
    'Written by `npm run docs` from the tables behind `hausrecht --help`; a test compares the two.',
    'In a clone of the repository, write `npx hausrecht` where this page writes `hausrecht`.',
    '',
    'Every command takes:',
    '',
    ...table(COMMON.map(option => [OPTIONS[option], t.options[option]] as const)),
    ...sections,
    '## Errors',
    'An error says what happened, what was not lost, and the next step. With `--json` it is one value on stdout:',
    '`{"error":{"code":…,"what":…,"kept":…,"next":…}}`. The exit code is 0 when it is done, 1 when it did not work,',
    '2 when it was asked for wrongly, 130 when a person stopped it.',
    '',
    '<!-- registry: command line errors -->',
    '| code | exit code |',
    '|---|---|',
    ...Object.keys(errorWords.en).map(code => `| \`${code}\` | ${exitCodeOf(code)} |`),
    '',
  ].join('\n')
}
