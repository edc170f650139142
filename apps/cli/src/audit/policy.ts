import { readFile } from 'node:fs/promises'
import { TlogError } from '@hausrecht/tlog/errors'
import { type Policy, parsePolicy } from '@hausrecht/tlog/policy'
import { type Threshold, thresholdOf } from '@hausrecht/tlog/policy-file'
import { CliError } from '../errors.ts'

/** @throws CliError unreadable, bad_policy */
export async function readPolicy(path: string): Promise<Policy> {
  const text = await readFile(path, 'utf8').catch(error => {
    throw CliError.of('unreadable', { path }, { cause: error })
  })
  return policyIn(text, path)
}

/** @throws CliError bad_policy */
export const policyIn = (text: string, path: string): Policy => explained(path, () => parsePolicy(text))

/** A policy as a device can keep it: so many of these witnesses. @throws CliError unreadable, bad_policy */
export async function readThreshold(path: string): Promise<Threshold> {
  const policy = await readPolicy(path)
  return explained(path, () => thresholdOf(policy))
}

function explained<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof TlogError)) throw error
    throw CliError.of('bad_policy', { path, reason: error.message }, { cause: error })
  }
}
