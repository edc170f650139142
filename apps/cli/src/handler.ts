import type { Context } from './context.ts'
import type { Given } from './program/options.ts'

/** A command: it prints through the context and throws a CliError when it can't. Its result is the exit code. */
export type Handler = (context: Context, args: readonly string[], options: Given) => Promise<number | undefined>
