import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { tempFolder } from '../../packages/testkit/src/temp.ts'

/** Debian's. */
const CHROMIUM = '/usr/bin/chromium'
/** The headers of the app, as far as they change how a page runs: cross-origin isolated, with a clock of 5 µs. */
const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}
const html = (name: string, styles: string): string =>
  `<!doctype html><title>bench</title><link rel="icon" href="data:,">${styles}<body style="margin:0"><script type="module" src="/${name}.js"></script>`
/** The vault's interface: all else comes from here. */
const isVaults = (url: string | undefined): boolean => url?.startsWith('/v1') ?? false

export type Extra = (request: IncomingMessage, response: ServerResponse) => boolean

export type Bench = {
  /** `http://localhost:port` */
  readonly origin: string
  readonly page: Page
  close(): Promise<void>
}

/**
 * Pages of this folder in Chromium, built with the app's own sources and served as the vault serves the app: what is not a page's is
 * passed on to the vault. The first one is opened.
 * @param names the pages' files, without `.ts`; page NAME is at `/NAME`
 */
export async function openBench(
  names: readonly string[],
  options: {
    readonly vaultPort?: number
    readonly extra?: Extra
    readonly size?: { width: number; height: number }
  } = {},
): Promise<Bench> {
  const folder = tempFolder('bench-page')
  const server = createServer()
  let browser: Browser | null = null
  const close = async (): Promise<void> => {
    await browser?.close()
    server.closeAllConnections()
    server.close()
    folder.remove()
  }
  try {
    await built(names, folder.path)
    await serve(server, folder.path, options)
    const origin = `http://localhost:${(server.address() as AddressInfo).port}`
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
    })
    const context = await browser.newContext({ viewport: options.size ?? { width: 1440, height: 900 } })
    const page = await context.newPage()
    page.on('pageerror', error => process.stderr.write(`page: ${error.stack ?? error.message}\n`))
    page.on('console', message => {
      if (message.type() !== 'debug') process.stderr.write(`page ${message.type()}: ${message.text()}\n`)
    })
    await page.goto(`${origin}/${names[0]}`)
    return { origin, page, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Calls what a page of this folder put on its window, and gives what it resolves to. */
export const ask = <T>(page: Page, method: string, ...args: readonly unknown[]): Promise<T> =>
  page.evaluate(
    async ([name, given]): Promise<T> => {
      // Its script may still be on its way.
      while (typeof Reflect.get(window, name) !== 'function') await new Promise(resolve => setTimeout(resolve, 10))
      return Reflect.get(window, name)(...given)
    },
    [method, args] as const,
  )

async function built(names: readonly string[], outDir: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: import.meta.dirname,
    resolve: { conditions: ['browser', 'module', 'import', 'default'] },
    worker: { format: 'es' },
    build: {
      target: 'es2023',
      outDir,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: {
        input: Object.fromEntries(names.map(name => [name, join(import.meta.dirname, `${name}.ts`)])),
        output: { entryFileNames: '[name].js', assetFileNames: '[name][extname]' },
      },
    },
  })
}

function serve(
  server: Server,
  dir: string,
  { vaultPort, extra }: { readonly vaultPort?: number; readonly extra?: Extra },
): Promise<void> {
  server.on('request', (asked, answer) => {
    for (const [key, value] of Object.entries(HEADERS)) answer.setHeader(key, value)
    if (extra?.(asked, answer)) return
    if (vaultPort !== undefined && isVaults(asked.url)) passOn(asked, answer, vaultPort)
    else void sendFile(asked, answer, dir)
  })
  server.on('upgrade', (asked, socket: Socket, head) => {
    if (vaultPort === undefined) socket.destroy()
    else passLine(asked, socket, head, vaultPort)
  })
  return new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
}

function passOn(asked: IncomingMessage, answer: ServerResponse, port: number): void {
  const { method, url, headers } = asked
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, got => {
    answer.writeHead(got.statusCode ?? 502, { ...got.headers, ...HEADERS })
    got.pipe(answer)
  })
  onward.on('error', () => answer.destroy())
  answer.on('close', () => onward.destroy())
  asked.pipe(onward)
}

function passLine(asked: IncomingMessage, socket: Socket, head: Buffer, port: number): void {
  const { method, url, headers } = asked
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers })
  const end = (): void => {
    socket.destroy()
    onward.destroy()
  }
  onward.on('upgrade', (got, far: Socket, rest) => {
    const lines = Object.entries(got.headers).map(([key, value]) => `${key}: ${value}`)
    socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`)
    far.write(head)
    socket.write(rest)
    socket.setNoDelay(true)
    far.setNoDelay(true)
    far.pipe(socket).pipe(far)
    far.on('error', end)
    far.on('close', end)
  })
  onward.on('response', end)
  onward.on('error', end)
  socket.on('error', end)
  onward.end()
}

async function sendFile(asked: IncomingMessage, answer: ServerResponse, dir: string): Promise<void> {
  const path = new URL(asked.url ?? '/', 'http://localhost').pathname
  if (!path.includes('.')) {
    const name = path.slice(1)
    const styles = existsSync(join(dir, `${name}.css`)) ? `<link rel="stylesheet" href="/${name}.css">` : ''
    answer.setHeader('content-type', 'text/html; charset=utf-8').end(html(name, styles))
    return
  }
  try {
    const bytes = await readFile(join(dir, path))
    const type = path.endsWith('.js')
      ? 'text/javascript'
      : path.endsWith('.css')
        ? 'text/css'
        : 'application/octet-stream'
    answer.setHeader('cache-control', 'max-age=3600').setHeader('content-type', type).end(bytes)
  } catch {
    answer.writeHead(404).end()
  }
}
