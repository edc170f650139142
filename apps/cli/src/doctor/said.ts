/** What was found, and what to do about it when there is something to do. */
export type Said = Readonly<{ what: string; next?: string }>

export const said = (what: string, next?: string): Said => (next === undefined ? { what } : { what, next })
