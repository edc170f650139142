import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manual } from '../apps/cli/src/program/manual.ts'
import { ROOT } from './check/repository.ts'

// Pages that are written from tables in the code. Tests compare them, so a forgotten run is noticed.
writeFileSync(join(ROOT, 'docs', 'cli.md'), manual('en'))
