import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkCommands, checkForeign, checkHausrecht, checkLinks } from './docs.ts'
import { anchors, commands, registryTable } from './markdown.ts'
import { REGISTRIES } from './registries.ts'
import { ROOT, repositoryFiles } from './repository.ts'

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')
const pages = repositoryFiles().filter(file => file.endsWith('.md') && !file.includes('/vectors/'))
const scripts: ReadonlySet<string> = new Set(Object.keys(JSON.parse(read('package.json')).scripts))
const benches = new Set(readdirSync(join(ROOT, 'bench')).map(file => file.replace(/\.ts$/, '')))

describe('the pages of the repository', () => {
  test('commands in them exist', () => {
    expect(pages.flatMap(page => checkCommands(page, read(page), scripts, benches))).toEqual([])
  })

  test('links in them lead somewhere', () => {
    expect(pages.flatMap(page => checkLinks(ROOT, page, read(page)))).toEqual([])
  })

  test('nothing names a path of one machine', () => {
    const texts = repositoryFiles().filter(
      file => /\.(md|ts|mjs|json|sh|py|yml)$/.test(file) && !/package-lock|\/vectors\//.test(file),
    )
    const own = /^scripts\/check\/docs(\.test)?\.ts$/
    expect(texts.filter(file => !own.test(file)).flatMap(file => checkForeign(file, read(file)))).toEqual([])
  })

  test.each(REGISTRIES)('the table "$name" in $page is the registry in the code', async ({ name, page, keys }) => {
    expect([...(registryTable(read(page), name) ?? [])].sort()).toEqual([...(await keys())].sort())
  })

  test('every table that says it is a registry is compared', () => {
    const marked = pages.flatMap(page =>
      [...read(page).matchAll(/<!-- registry: (.+?) -->/g)].map(([, name]) => `${page} ${name}`),
    )
    expect(marked.sort()).toEqual(REGISTRIES.map(({ page, name }) => `${page} ${name}`).sort())
  })
})

describe('a planted mistake is found', () => {
  const page = (line: string): string => `# Title\n\`\`\`sh\n${line}  # why\n\`\`\`\n`
  test.each([
    'npm run banana',
    'npm start -- --prot 1',
    'npm test -- uint',
    'npm run bench -- nothing',
    'hausrecht exprot a b c d',
    'npx hausrecht export door 10:00 out.mp4',
    'hausrecht status --wach',
  ])('%s', line => {
    expect(checkCommands('x.md', page(line), scripts, benches)).toHaveLength(1)
  })

  test.each([
    'npm start',
    'npm start -- --port 9000 --headless',
    'npm test -- unit packages/tlog',
    'hausrecht export door "yesterday 18:30" +10m out.mp4 --json | jq .',
    'hausrecht completion bash > file',
    'git clone https://example.org/x',
  ])('%s is fine', line => {
    expect(checkCommands('x.md', page(line), scripts, benches)).toEqual([])
  })

  test('links and headings', () => {
    expect(checkLinks(ROOT, 'README.md', '[a](docs/nothing.md) [b](LICENSE) [c](https://example.org)')).toHaveLength(1)
    expect(checkLinks(ROOT, 'SECURITY.md', '[a](#inputs) [b](#nothing)')).toHaveLength(1)
    expect(anchors('## Who gets what?\n### `a` & b')).toEqual(['who-gets-what', 'a--b'])
  })

  test.each(['see /home/someone/x', 'in ../shared/design', "cd '/tmp/x'", '/work/main'])('%s', text => {
    expect(checkForeign('a.md', text)).toHaveLength(1)
  })

  test('registry tables are read by their first column', () => {
    expect(registryTable('<!-- registry: E -->\n| code | x |\n|---|---|\n| `a` | 1 |\n| b | 2 |\n\ntext', 'E')).toEqual(
      ['a', 'b'],
    )
    expect(registryTable('none', 'E')).toBeUndefined()
    expect(checkHausrecht(['--version'])).toBeUndefined()
    expect(commands('```sh\nnpm \\\n  start\n```')).toEqual(['npm    start'])
  })
})
