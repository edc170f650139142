import { parseSync } from 'oxc-parser'

/** What the inserted calls are called; `register.ts` defines it. */
export const CRASH = '__crashPoint'

type Node = { readonly type: string; readonly start: number; readonly end: number }
type Edit = { readonly at: number; readonly text: string }

/** After these something has been done, and the next thing has not. */
const DOES: readonly string[] = [
  'ExpressionStatement',
  'VariableDeclaration',
  'IfStatement',
  'ForStatement',
  'ForOfStatement',
  'WhileStatement',
  'TryStatement',
]

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value

const childrenOf = (node: Node): readonly Node[] =>
  Object.values(node).flatMap(value => (Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []))

/**
 * The crash twin of a file: the same TypeScript with a call behind every statement inside of functions, by the name of the place:
 * `path:line:column`. @throws Error when the file does not parse
 */
export function withCrashPoints(path: string, source: string): string {
  const { program, errors } = parseSync(path, source)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`)
  const edits: Edit[] = []
  const call = (at: number): string => {
    const before = source.slice(0, at).split('\n')
    return `;${CRASH}(${JSON.stringify(`${path}:${before.length}:${(before.at(-1) ?? '').length}`)});`
  }
  const visit = (node: Node, parent: Node | null): void => {
    if (DOES.includes(node.type) && parent !== null) {
      if (parent.type === 'BlockStatement' || parent.type === 'SwitchCase')
        edits.push({ at: node.end, text: call(node.end) })
      else if (node.type === 'ExpressionStatement' && isBranch(parent))
        edits.push({ at: node.start, text: '{' }, { at: node.end, text: `${call(node.end)}}` })
    }
    for (const child of childrenOf(node)) visit(child, node)
  }
  visit(program, null)
  return edits
    .sort((a, b) => b.at - a.at)
    .reduce((text, { at, text: more }) => text.slice(0, at) + more + text.slice(at), source)
}

/** A statement of these may stand without braces. */
const isBranch = ({ type }: Node): boolean =>
  type === 'IfStatement' || type === 'ForStatement' || type === 'ForOfStatement' || type === 'WhileStatement'
