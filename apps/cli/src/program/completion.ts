import { CliError } from '../errors.ts'
import { COMMANDS, COMMON, OPTIONS, type Spec } from './spec.ts'

export const SHELLS = ['bash', 'zsh', 'fish'] as const

type Entry = Readonly<{ path: string; words: readonly string[] }>

const longFlag = (written: string): string => written.split(' ')[0] ?? written

const specs: readonly (readonly [string, Spec])[] = Object.entries(COMMANDS)

/** For each place in the command tree, what may come next. */
function entries(): readonly Entry[] {
  const visible = specs.filter(([, spec]) => spec.hidden !== true)
  const groups = [...new Set(visible.flatMap(([id]) => (id.includes(' ') ? [id.split(' ')[0] ?? ''] : [])))]
  const top = [...new Set(visible.map(([id]) => id.split(' ')[0] ?? ''))]
  const flags = (spec: Spec): readonly string[] =>
    [...(spec.options ?? []), ...COMMON].map(option => longFlag(OPTIONS[option])).concat('--help')
  return [
    { path: '', words: [...top, '--help', '--version'] },
    ...groups.map(group => ({
      path: group,
      words: visible.flatMap(([id]) => (id.startsWith(`${group} `) ? [id.slice(group.length + 1)] : [])),
    })),
    ...visible.map(([id, spec]) => ({
      path: id,
      words: id === 'completion' ? [...SHELLS, ...flags(spec)] : flags(spec),
    })),
  ]
}

const bash = (): string => `# hausrecht: completion for bash
_hausrecht() {
  local word path="" at
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    [[ $word == -* ]] && continue
    case "\${path:+$path }$word" in
${entries()
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      "${path}") path="${path}" ;;`)
  .join('\n')}
    esac
  done
  case "$path" in
${entries()
  .map(
    ({ path, words }) =>
      `    "${path}") COMPREPLY=($(compgen -W "${words.join(' ')}" -- "\${COMP_WORDS[COMP_CWORD]}")) ;;`,
  )
  .join('\n')}
  esac
}
complete -o default -F _hausrecht hausrecht
`

const zsh = (): string => `#compdef hausrecht
autoload -U +X bashcompinit && bashcompinit
${bash()}`

const fish = (): string =>
  `# hausrecht: completion for fish
function __hausrecht_at
  set -l words (commandline -opc)
  set -l path
  for word in $words[2..-1]
    string match -q -- '-*' $word; and continue
    set -a path $word
  end
  string match -q -- "$argv[1]" (string join ' ' $path[1..(math (count (string split ' ' -- $argv[1])))] 2>/dev/null)
end
complete -c hausrecht -n 'test (count (commandline -opc)) -eq 1' -f -a '${entries()[0]?.words.join(' ') ?? ''}'
${entries()
  .slice(1)
  .map(({ path, words }) => `complete -c hausrecht -n '__hausrecht_at "${path}"' -a '${words.join(' ')}'`)
  .join('\n')}
`

/** The completion script for a shell, made from the same table as the commands. */
export function completion(shell: string): string {
  switch (shell) {
    case 'bash':
      return bash()
    case 'zsh':
      return zsh()
    case 'fish':
      return fish()
    default:
      throw CliError.of('usage', { what: `${shell}: ${SHELLS.join(', ')}?`, command: 'hausrecht completion' })
  }
}
