#!/usr/bin/env node
// @ts-check
import { enter } from '../../../scripts/setup.mjs'

await enter('apps/cli/src/main.ts', process.argv.slice(2))
