/** In the place of node:fs/promises: nothing in a browser reads files by their path. */
export const readFile = (): Promise<never> => Promise.reject(new Error('no files here'))
