import { CliError } from './errors.ts'

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Turns what the file system says into words: read-only, full, or what it was. */
export function explainIo(error: unknown, path: string): CliError {
  if (error instanceof CliError) return error
  switch (codeOf(error)) {
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
    case 'ENOTDIR':
      return CliError.of('read_only', { path }, { cause: error })
    case 'ENOSPC':
    case 'EDQUOT':
      return CliError.of('disk_full', { path }, { cause: error })
    default:
      return CliError.of(
        'unexpected',
        { what: error instanceof Error ? error.message : String(error) },
        { cause: error },
      )
  }
}
