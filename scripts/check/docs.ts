import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { ARGUMENTS, COMMANDS, COMMON, OPTIONS, type Spec } from '../../apps/cli/src/program/spec.ts'
import { PARTS } from '../test/parts.ts'
import { anchors, commands, links } from './markdown.ts'

export type Finding = Readonly<{ page: string; what: string }>

/** What belongs to one machine, or exists only outside the repository, has no place in it. */
const FOREIGN = [/(^|[\s"'`(])\/(home|root|work|Users)\/[\w.-]+/m, /\.\.\/shared\b/, /(^|[\s"'`(])\/tmp\/[\w.-]+/m]

const splitShell = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => double ?? single ?? bare ?? '')

const specOf = (words: readonly string[]): readonly [Spec, readonly string[]] | undefined => {
  for (const length of [2, 1]) {
    const found = Object.entries(COMMANDS).find(([id]) => id === words.slice(0, length).join(' '))
    if (found !== undefined) return [found[1], words.slice(length)]
  }
  return undefined
}

/** What is wrong with `hausrecht …` as a page writes it; undefined when it would be accepted. */
export function checkHausrecht(words: readonly string[]): string | undefined {
  if (words[0]?.startsWith('-') || words.length === 0) return undefined
  const found = specOf(words)
  if (found === undefined) return `there is no command "${words.slice(0, 2).join(' ')}"`
  const [spec, rest] = found
  const shell = rest.findIndex(word => /^[|<>&;]/.test(word))
  const args = shell < 0 ? rest : rest.slice(0, shell)
  const known = new Map(
    [...(spec.options ?? []), ...COMMON].map(id => [OPTIONS[id].split(' ')[0], OPTIONS[id].includes('<')] as const),
  )
  let positional = 0
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? ''
    if (!word.startsWith('--')) {
      positional++
      continue
    }
    const [flag] = word.split('=')
    const takesValue = known.get(flag)
    if (takesValue === undefined && flag !== '--help') return `${flag} is no option of "${words.slice(0, 2).join(' ')}"`
    if (takesValue === true && !word.includes('=')) at++
  }
  const wanted = spec.arguments ?? []
  const needed = wanted.filter(id => ARGUMENTS[id].startsWith('<')).length
  if (positional < needed || positional > wanted.length) return `takes ${wanted.length} argument(s), not ${positional}`
  return undefined
}

const checkNpm = (
  words: readonly string[],
  scripts: ReadonlySet<string>,
  benches: ReadonlySet<string>,
): string | undefined => {
  const [verb = '', ...rest] = words
  const passed = rest.includes('--') ? rest.slice(rest.indexOf('--') + 1) : []
  if (['ci', 'install', 'link', 'view'].includes(verb)) return undefined
  const script = verb === 'run' ? (rest[0] ?? '') : verb
  if (!scripts.has(script)) return `there is no npm script "${script}"`
  if (script === 'start') return checkHausrecht(['start', ...passed])
  const bench = passed[0] ?? ''
  if (script === 'bench' && bench !== 'NAME' && !benches.has(bench)) return `there is no bench "${bench}"`
  const parts: readonly string[] = [...PARTS, 'fast', 'all']
  const unknown = script === 'test' ? passed.find(word => !parts.includes(word) && !word.includes('/')) : undefined
  return unknown === undefined ? undefined : `npm test has no part "${unknown}"`
}

/** Commands of a page that would not be accepted. Only what is ours is judged. */
export function checkCommands(
  page: string,
  text: string,
  scripts: ReadonlySet<string>,
  benches: ReadonlySet<string>,
): readonly Finding[] {
  return commands(text).flatMap(line => {
    const [first, ...rest] = splitShell(line)
    const ours = first === 'npx' && rest[0] === 'hausrecht' ? rest.slice(1) : first === 'hausrecht' ? rest : undefined
    const problem =
      ours !== undefined ? checkHausrecht(ours) : first === 'npm' ? checkNpm(rest, scripts, benches) : undefined
    return problem === undefined ? [] : [{ page, what: `\`${line}\`: ${problem}` }]
  })
}

/** Relative links that lead nowhere. */
export function checkLinks(root: string, page: string, text: string): readonly Finding[] {
  return links(text).flatMap(target => {
    if (/^[a-z]+:/.test(target)) return []
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? page : normalize(join(dirname(page), path))
    if (!existsSync(join(root, file))) return [{ page, what: `links to ${target}, which is not there` }]
    if (anchor === undefined || !file.endsWith('.md')) return []
    const there = anchors(readFileSync(join(root, file), 'utf8')).includes(anchor)
    return there ? [] : [{ page, what: `links to ${target}, but ${file} has no such heading` }]
  })
}

/** Paths of one machine in a file of the repository. */
export const checkForeign = (file: string, text: string): readonly Finding[] =>
  FOREIGN.flatMap(pattern => {
    const found = pattern.exec(text)
    return found === null ? [] : [{ page: file, what: `names a path of one machine: ${found[0].trim()}` }]
  })
