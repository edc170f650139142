import { type Comment, type Function as FunctionNode, type Node, parseSync, visitorKeys } from 'oxc-parser'

/** A file as it was parsed: its nodes in the order of the text, and what each stands in. */
export type Tree = {
  readonly file: string
  readonly text: string
  readonly nodes: readonly Node[]
  parentOf(node: Node): Node | null
  lineOf(node: Node): number
  /** The reason in a comment `// MARK: reason` on the line of a node or on the line before; null without. */
  reason(node: Node, mark: string): string | null
  /** All reasons with a mark. */
  reasons(mark: string): readonly string[]
}

export type Finding = Readonly<{ file: string; line: number; rule: string; detail: string }>

/** A function with a body of its own. */
export type Func = FunctionNode | Extract<Node, { type: 'ArrowFunctionExpression' }>
export type Call = Extract<Node, { type: 'CallExpression' }>

/** A reason of one word is none. */
const REASON = /^(\w+): (\S+ .*\S)$/

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

const childrenOf = (node: Node): readonly Node[] =>
  (visitorKeys[node.type] ?? []).flatMap(key => {
    const value: unknown = Reflect.get(node, key)
    return Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : []
  })

export const isFunction = (node: Node | null | undefined): node is Func =>
  node?.type === 'FunctionDeclaration' ||
  node?.type === 'FunctionExpression' ||
  node?.type === 'ArrowFunctionExpression'

/** Everything in a node, itself first. @param enters false keeps out of a node's inside */
export function within(node: Node, enters: (node: Node) => boolean = () => true): readonly Node[] {
  return [node, ...childrenOf(node).flatMap(child => (enters(child) ? within(child, enters) : [child]))]
}

/** Names along what is called, calls in between left out: `test.skipIf(x).each(y)` is test, skipIf, each; empty when it begins with no name. */
export function names(node: Node): readonly string[] {
  switch (node.type) {
    case 'Identifier':
      return [node.name]
    case 'CallExpression':
      return names(node.callee)
    case 'TaggedTemplateExpression':
      return names(node.tag)
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'AwaitExpression':
      return names('argument' in node ? node.argument : node.expression)
    case 'MemberExpression': {
      const before = names(node.object)
      const name = node.property.type === 'Identifier' ? node.property.name : '[]'
      return [...(before.length === 0 ? [''] : before), name]
    }
    default:
      return []
  }
}

/** @throws Error when the text is no TypeScript */
export function parse(file: string, text: string): Tree {
  const { program, comments, errors } = parseSync(file, text, { preserveParens: false })
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`)
  const parents = new Map<Node, Node>()
  const nodes: Node[] = []
  const visit = (node: Node): void => {
    nodes.push(node)
    for (const child of childrenOf(node)) {
      parents.set(child, node)
      visit(child)
    }
  }
  visit(program)
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  const lineAt = (offset: number): number => {
    const after = starts.findIndex(start => start > offset)
    return after < 0 ? starts.length : after
  }
  const marks = new Map(comments.map(comment => [lineAt(comment.start), comment] as const))
  const reasonOf = (comment: Comment | undefined, mark: string): string | null => {
    const [, name, reason] = REASON.exec(comment?.value.trim() ?? '') ?? []
    return name === mark && reason !== undefined ? reason : null
  }
  return {
    reasons: mark => comments.flatMap(comment => reasonOf(comment, mark) ?? []),
    file,
    text,
    nodes,
    parentOf: node => parents.get(node) ?? null,
    lineOf: node => lineAt(node.start),
    reason: (node, mark) => {
      const line = lineAt(node.start)
      return reasonOf(marks.get(line), mark) ?? reasonOf(marks.get(line - 1), mark)
    },
  }
}

export const finding = (tree: Tree, node: Node, rule: string, detail: string): Finding => ({
  file: tree.file,
  line: tree.lineOf(node),
  rule,
  detail,
})

export const calls = (nodes: readonly Node[]): readonly Call[] => nodes.filter(node => node.type === 'CallExpression')

/** The functions of a file that have a name. */
export function named(tree: Tree): ReadonlyMap<string, Func> {
  const found = new Map<string, Func>()
  for (const node of tree.nodes) {
    if (node.type === 'FunctionDeclaration' && node.id !== null) found.set(node.id.name, node)
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && isFunction(node.init))
      found.set(node.id.name, node.init)
  }
  return found
}
