import { createInterface } from 'node:readline/promises'

const YES = /^(y|yes|j|ja)$/i

export type Asker = Readonly<{
  /** Whether somebody is there to answer. */
  possible: boolean
  /** Shows the question and waits; only a clear yes is a yes. An end of input is a no. */
  yes(question: string): Promise<boolean>
}>

/** Asks on the terminal that started us; the question goes to stderr so that stdout stays for values. */
export function createAsker(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Asker {
  return {
    possible: input.isTTY === true && output.isTTY === true,
    async yes(question) {
      const lines = createInterface({ input, output })
      const gone = new Promise<string>(resolve => lines.once('close', () => resolve('')))
      try {
        return YES.test((await Promise.race([lines.question(`${question} `), gone])).trim())
      } finally {
        lines.close()
      }
    },
  }
}
