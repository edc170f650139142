import type { Handler } from '../handler.ts'
import { completion } from '../program/completion.ts'

/** `hausrecht completion SHELL`: the script goes to stdout as it is. */
export const completionScript: Handler = async ({ out }, [shell = '']) => {
  const script = completion(shell)
  if (out.json) out.value({ shell, script })
  else out.line(script.trimEnd())
  return 0
}
