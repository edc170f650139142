/** Each thing of a list with the one after it, to say of neighbours what must hold of all. */
export const pairs = <T>(list: readonly T[]): readonly (readonly [T, T])[] =>
  list.slice(1).flatMap((after, i) => list.slice(i, i + 1).map(before => [before, after] as const))
