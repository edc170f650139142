import { type Sample, sampled, speedOf } from './fling.ts'

/**
 * What fingers, pens and mice mean, as a pure state machine. Positions run along the ribbon in pixels, `across` is the other direction.
 * Times are ms of one clock.
 */
export type Touch = {
  readonly id: number
  readonly position: number
  readonly across: number
  readonly at: number
}

export type Signal =
  | ({ readonly type: 'down' | 'move' | 'up' } & Touch)
  | { readonly type: 'cancel'; readonly id: number }
  /** Time goes on; only needed while `holdDue` is not null. */
  | { readonly type: 'tick'; readonly at: number }

export type Act =
  /** The first finger is down. */
  | { readonly type: 'press' }
  /** The content follows the finger. */
  | { readonly type: 'grab'; readonly position: number }
  | { readonly type: 'pan'; readonly by: number; readonly position: number }
  /** The finger left; 0 when it rested. */
  | { readonly type: 'fling'; readonly speed: number }
  | { readonly type: 'zoom'; readonly factor: number; readonly position: number; readonly by: number }
  | { readonly type: 'tap'; readonly position: number }
  | { readonly type: 'doubleTap'; readonly position: number }
  | { readonly type: 'hold'; readonly position: number }
  | { readonly type: 'holdMove'; readonly position: number }
  | { readonly type: 'holdEnd'; readonly position: number }
  /** The browser took the pointer away. */
  | { readonly type: 'lost' }

type Phase = 'idle' | 'pressed' | 'panning' | 'pinching' | 'holding' | 'spent'

export type Gestures = {
  readonly phase: Phase
  readonly touches: readonly Touch[]
  readonly origin: Touch | null
  readonly samples: readonly Sample[]
  readonly tapped: { readonly at: number; readonly position: number } | null
}

export const IDLE: Gestures = { phase: 'idle', touches: [], origin: null, samples: [], tapped: null }

/** A finger that moved less still taps, pixels. */
export const SLOP = 6
export const HOLD_MS = 450
export const DOUBLE_MS = 300
const DOUBLE_REACH = 32
/** Fingers closer than this zoom as if they were this far apart. */
const PINCH_LEAST = 24

export type Outcome = { readonly state: Gestures; readonly acts: readonly Act[] }

/** When a press becomes a hold, or null. */
export const holdDue = (state: Gestures): number | null =>
  state.phase === 'pressed' && state.origin !== null ? state.origin.at + HOLD_MS : null

export function next(state: Gestures, signal: Signal): Outcome {
  switch (signal.type) {
    case 'down':
      return down(state, signal)
    case 'move':
      return move(state, signal)
    case 'up':
      return up(state, signal)
    case 'cancel':
      return cancel(state, signal.id)
    case 'tick':
      return tick(state, signal.at)
  }
}

const same = (state: Gestures): Outcome => ({ state, acts: [] })
const touch = ({ id, position, across, at }: Touch): Touch => ({ id, position, across, at })
const spread = (a: Touch, b: Touch): number =>
  Math.max(PINCH_LEAST, Math.hypot(a.position - b.position, a.across - b.across))
const middle = (a: Touch, b: Touch): number => (a.position + b.position) / 2

function down(state: Gestures, signal: Touch): Outcome {
  const touches = [...state.touches.filter(one => one.id !== signal.id), touch(signal)]
  if (touches.length === 1) {
    const origin = touch(signal)
    const samples = [{ at: signal.at, position: signal.position }]
    return { state: { ...state, phase: 'pressed', touches, origin, samples }, acts: [{ type: 'press' }] }
  }
  if (touches.length === 2 && state.phase !== 'spent') {
    const acts: Act[] = state.phase === 'holding' ? [{ type: 'lost' }] : []
    return { state: { ...state, phase: 'pinching', touches, tapped: null }, acts }
  }
  return same({ ...state, touches })
}

function move(state: Gestures, signal: Touch): Outcome {
  const before = state.touches.find(one => one.id === signal.id)
  if (before === undefined) return same(state)
  const touches = state.touches.map(one => (one.id === signal.id ? touch(signal) : one))
  const samples = sampled(state.samples, { at: signal.at, position: signal.position })
  const moved = { ...state, touches, samples }
  switch (state.phase) {
    case 'pressed': {
      const { origin } = state
      if (origin === null) return same(moved)
      if (Math.hypot(signal.position - origin.position, signal.across - origin.across) < SLOP) return same(moved)
      // The slop is not jumped over: the content begins to move from where the finger is.
      return {
        state: { ...moved, phase: 'panning', tapped: null },
        acts: [{ type: 'grab', position: signal.position }],
      }
    }
    case 'panning':
      return {
        state: moved,
        acts: [{ type: 'pan', by: signal.position - before.position, position: signal.position }],
      }
    case 'pinching': {
      const [first, second] = state.touches
      const [a, b] = touches
      if (first === undefined || second === undefined || a === undefined || b === undefined) return same(moved)
      if (signal.id !== a.id && signal.id !== b.id) return same(moved)
      const position = middle(a, b)
      return {
        state: moved,
        acts: [
          {
            type: 'zoom',
            factor: spread(a, b) / spread(first, second),
            position,
            by: position - middle(first, second),
          },
        ],
      }
    }
    case 'holding':
      return { state: moved, acts: [{ type: 'holdMove', position: signal.position }] }
    default:
      return same(moved)
  }
}

function up(state: Gestures, signal: Touch): Outcome {
  if (!state.touches.some(one => one.id === signal.id)) return same(state)
  const touches = state.touches.filter(one => one.id !== signal.id)
  const left: Gestures = { ...state, touches, phase: touches.length === 0 ? 'idle' : state.phase }
  switch (state.phase) {
    case 'pressed': {
      const { tapped } = state
      const twice =
        tapped !== null &&
        signal.at - tapped.at <= DOUBLE_MS &&
        Math.abs(signal.position - tapped.position) <= DOUBLE_REACH
      return {
        state: { ...left, origin: null, tapped: twice ? null : { at: signal.at, position: signal.position } },
        acts: [{ type: twice ? 'doubleTap' : 'tap', position: signal.position }],
      }
    }
    case 'panning':
      return { state: { ...left, origin: null }, acts: [{ type: 'fling', speed: speedOf(state.samples, signal.at) }] }
    case 'pinching': {
      if (touches.length >= 2) return same(left)
      // One finger that stays pans on; it does not tap when it leaves.
      const [rest] = touches
      if (rest === undefined) return { state: { ...left, origin: null }, acts: [{ type: 'fling', speed: 0 }] }
      const samples = [{ at: signal.at, position: rest.position }]
      return { state: { ...left, phase: 'panning', samples }, acts: [{ type: 'grab', position: rest.position }] }
    }
    case 'holding':
      return { state: { ...left, origin: null }, acts: [{ type: 'holdEnd', position: signal.position }] }
    default:
      return same(left)
  }
}

function cancel(state: Gestures, id: number): Outcome {
  if (!state.touches.some(one => one.id === id)) return same(state)
  const touches = state.touches.filter(one => one.id !== id)
  const phase: Phase = touches.length === 0 ? 'idle' : 'spent'
  const told = state.phase === 'panning' || state.phase === 'pinching' || state.phase === 'holding'
  return { state: { ...state, touches, phase, origin: null, tapped: null }, acts: told ? [{ type: 'lost' }] : [] }
}

function tick(state: Gestures, at: number): Outcome {
  const due = holdDue(state)
  const [only] = state.touches
  if (due === null || at < due || only === undefined) return same(state)
  return { state: { ...state, phase: 'holding', tapped: null }, acts: [{ type: 'hold', position: only.position }] }
}
