import { Command, CommanderError, Help } from 'commander'
import { CliError } from '../errors.ts'
import type { Language } from '../language.ts'
import type { HelpWords } from './help-english.ts'
import { words } from './help-words.ts'
import { type Given, given } from './options.ts'
import { ARGUMENTS, COMMANDS, COMMON, type CommandId, OPTIONS, type Spec } from './spec.ts'

/** Runs one command with what was given to it. */
export type Run = (id: CommandId, args: readonly string[], options: Given) => Promise<void>

export type ProgramOptions = Readonly<{
  language: Language
  version: string
  invocation: string
  columns: number
  run: Run
}>

const isGroup = (text: string, groups: HelpWords['groups']): text is keyof HelpWords['groups'] => text in groups
const isTitle = (text: string, titles: HelpWords['titles']): text is keyof HelpWords['titles'] => text in titles

class TranslatedHelp extends Help {
  readonly titles: HelpWords['titles']
  constructor(titles: HelpWords['titles'], columns: number) {
    super()
    this.titles = titles
    this.helpWidth = columns
  }
  override styleTitle(text: string): string {
    return isTitle(text, this.titles) ? this.titles[text] : text
  }
}

const commandIds = Object.keys(COMMANDS).filter((id): id is CommandId => id in COMMANDS)

const FIRST_STEPS: readonly CommandId[] = ['start', 'cameras add', 'export', 'delete', 'doctor']

const firstSteps = (t: HelpWords, invocation: string): string => {
  const lines = FIRST_STEPS.map(id => `  ${invocation} ${t.commands[id].examples[0]?.run ?? id}`)
  return `\n${t.examples}\n${lines.join('\n')}\n\n${t.more(invocation)}`
}

const examplesOf = (id: CommandId, t: HelpWords, invocation: string): string =>
  `\n${t.examples}\n${t.commands[id].examples.map(({ run, why }) => `  ${invocation} ${run}\n      ${why}`).join('\n')}`

const MINUS = '\u2212'

/** `-10m` is a time and no option: the parser sees it with another minus sign, the command gets it as it was typed. */
const protectTimes = (args: readonly string[]): string[] =>
  args.map(arg => (/^-\d/.test(arg) ? MINUS + arg.slice(1) : arg))
const asTyped = (arg: string): string => (arg.startsWith(MINUS) ? `-${arg.slice(1)}` : arg)

const typedOptions = (values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? asTyped(value) : value]),
  )

function addCommand(parent: Command, name: string, id: CommandId, options: ProgramOptions, t: HelpWords): void {
  const spec: Spec = COMMANDS[id]
  const command = parent.command(name, spec.hidden === true ? { hidden: true } : {}).description(t.commands[id].about)
  for (const argument of spec.arguments ?? []) command.argument(ARGUMENTS[argument], t.arguments[argument])
  for (const option of [...(spec.options ?? []), ...COMMON]) command.option(OPTIONS[option], t.options[option])
  command.addHelpText('after', examplesOf(id, t, options.invocation))
  command.action(async () => {
    await options.run(
      id,
      command.args.map(asTyped),
      given(typedOptions(command.optsWithGlobals()), `${options.invocation} ${id}`),
    )
  })
}

/** Parses what a person typed after `hausrecht` and runs it. */
export async function parse(program: Command, args: readonly string[]): Promise<void> {
  await program.parseAsync(protectTimes(args), { from: 'user' })
}

/** The whole command line as a commander program, in one language. */
export function buildProgram(options: ProgramOptions): Command {
  const t = words[options.language]
  const program = new Command('hausrecht')
    .description(t.about)
    .version(options.version, '-V, --version', t.versionOption)
  for (const option of COMMON) program.option(OPTIONS[option], t.options[option])
  program.addHelpText('after', firstSteps(t, options.invocation))
  const groups = new Map<string, Command>()
  for (const id of commandIds) {
    const [first = id, second] = id.split(' ')
    if (second === undefined) {
      addCommand(program, first, id, options, t)
      continue
    }
    const about = isGroup(first, t.groups) ? t.groups[first] : first
    const group = groups.get(first) ?? program.command(first).description(about)
    groups.set(first, group)
    addCommand(group, second, id, options, t)
  }
  for (const command of [program, ...program.commands, ...[...groups.values()].flatMap(group => group.commands)]) {
    command.exitOverride().helpOption('-h, --help', t.helpOption).helpCommand(false)
    command.configureOutput({ outputError: () => {}, writeErr: text => void process.stdout.write(text) })
    command.createHelp = () => new TranslatedHelp(t.titles, options.columns)
  }
  return program
}

const named = (message: string): string => /'([^']*)'/.exec(message)?.[1] ?? message

/** What commander objects to, in our words. Undefined when it only showed help or the version. */
export function explainUsage(error: CommanderError, language: Language, command: string): CliError | undefined {
  const said = (word: HelpWords['usage']): string => {
    const name = named(error.message)
    switch (error.code) {
      case 'commander.unknownCommand':
        return word.unknownCommand(name)
      case 'commander.unknownOption':
        return word.unknownOption(name)
      case 'commander.missingArgument':
        return word.missingArgument(name)
      case 'commander.optionMissingArgument':
        return word.missingValue(name)
      case 'commander.excessArguments':
        return word.tooMany
      default:
        return word.other(error.message)
    }
  }
  if (error.exitCode === 0 || error.code === 'commander.help') return undefined
  return CliError.of('usage', { what: said(words[language].usage), command })
}

export { CommanderError }
