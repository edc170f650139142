import type { Span } from '../engine/api.ts'

type Detail =
  | { readonly type: 'recorded' }
  | { readonly type: 'gap'; readonly reason: string }
  | Pick<Extract<Span, { type: 'deleted' }>, 'type' | 'at' | 'by'>

const keyOf = (span: Span): string => {
  switch (span.type) {
    case 'recorded':
      return ''
    case 'gap':
      return `g${span.reason}`
    case 'deleted':
      return `d${span.at} ${span.by}`
  }
}

const detailOf = (span: Span): Detail => {
  switch (span.type) {
    case 'recorded':
      return { type: 'recorded' }
    case 'gap':
      return { type: 'gap', reason: span.reason }
    case 'deleted':
      return { type: 'deleted', at: span.at, by: span.by }
  }
}

/** What spans say besides when, each thing once: reasons and orders are few, spans are many. */
export class Details {
  readonly #list: Detail[] = [{ type: 'recorded' }]
  readonly #ids = new Map<string, number>([['', 0]])

  idOf(span: Span): number {
    const key = keyOf(span)
    let id = this.#ids.get(key)
    if (id === undefined) {
      id = this.#list.length
      this.#ids.set(key, id)
      this.#list.push(detailOf(span))
    }
    return id
  }

  span(id: number, from: number, to: number): Span {
    return { ...(this.#list[id] ?? { type: 'recorded' }), from, to }
  }
}
