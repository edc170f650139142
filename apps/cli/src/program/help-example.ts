/** A command to try, and what it does. */
export type Example = Readonly<{ run: string; why: string }>

export const example = (run: string, why: string): Example => ({ run, why })
