import type { DeviceId } from '@hausrecht/crypto/ids'
import type { VerifiedEntry } from './entry.ts'
import type { Rejection } from './errors.ts'
import type { Device, HouseholdState } from './state.ts'
import type { Statement, StatementType } from './types.ts'

/** What became of an entry. */
export type Applied =
  | { readonly ok: true; readonly state: HouseholdState }
  | { readonly ok: false; readonly code: Rejection }

/** Judges one type of statement; the author is a device that was not removed. */
export type Rule<T extends StatementType> = (
  state: HouseholdState,
  statement: Extract<Statement, { type: T }>,
  entry: VerifiedEntry,
  author: Device,
) => Applied

export const no = (code: Rejection): Applied => ({ ok: false, code })
export const yes = (state: HouseholdState): Applied => ({ ok: true, state })

export function withDevice(state: HouseholdState, id: DeviceId, change: Partial<Device>): HouseholdState {
  const device = state.devices.get(id)
  return device ? { ...state, devices: new Map(state.devices).set(id, { ...device, ...change }) } : state
}
