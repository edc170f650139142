/** A table in a page (after `<!-- registry: NAME -->`) that must have exactly the keys of a registry in the code. */
export type Registry = Readonly<{ name: string; page: string; keys(): Promise<readonly string[]> }>

export const REGISTRIES: readonly Registry[] = [
  {
    name: 'command line errors',
    page: 'docs/cli.md',
    keys: async () => Object.keys((await import('../../apps/cli/src/error-words.ts')).words.en),
  },
  {
    name: 'camera errors',
    page: 'docs/cameras.md',
    keys: async () => Object.keys((await import('../../packages/rtsp/src/errors.ts')).RTSP_ERRORS),
  },
]
