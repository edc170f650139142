import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

const YES = /^(y|yes|j|ja)$/i

export type Asker = Readonly<{
  /** Whether somebody is there to answer. */
  possible: boolean
  /** Shows the question and waits; only a clear yes is a yes. An end of input is a no. */
  yes(question: string): Promise<boolean>
  text(question: string): Promise<string>
  /** As `text`; what is typed is not shown. */
  secret(question: string): Promise<string>
  /** The first line of stdin, for answers that a script gives. */
  stdinLine(): Promise<string>
}>

const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

/** Asks on the terminal that started us; the question goes to stderr so that stdout stays for values. */
export function createAsker(input: NodeJS.ReadStream, output: NodeJS.WriteStream): Asker {
  const read = async (question: string, echo: Writable, terminal: boolean): Promise<string> => {
    output.write(question)
    const lines = createInterface({ input, output: echo, terminal })
    const gone = new Promise<string>(resolve => lines.once('close', () => resolve('')))
    try {
      return (await Promise.race([lines.question(''), gone])).trim()
    } finally {
      lines.close()
    }
  }
  const text = (question: string): Promise<string> => read(`${question} `, output, output.isTTY === true)
  return {
    possible: input.isTTY === true && output.isTTY === true,
    text,
    yes: async question => YES.test(await text(question)),
    async secret(question) {
      const typed = await read(`${question} `, nowhere(), true)
      output.write('\n')
      return typed
    },
    stdinLine: () => read('', nowhere(), false),
  }
}
