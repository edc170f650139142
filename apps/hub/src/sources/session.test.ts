import { g711Config } from '@hausrecht/media/codec/g711'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { GapReason } from '../recorder/gap-reasons.ts'
import type { Unit } from '../recorder/recorder.ts'
import { CONNECT_MS, GOOD_SESSION_MS, PASSWORD_RETRY_MS, RECONNECT_MOST_MS, SILENCE_MS, STAGGER_MS } from './limits.ts'
import { CameraSession, type SessionState } from './session.ts'
import { type Connection, SourceError, type SourceHandlers, type SourceTracks } from './source.ts'

const config = { kind: 'video', codec: 'h264', width: 640, height: 360, record: new Uint8Array(7) } as const
const tracks: SourceTracks = {
  video: { config, clockRate: 90_000, frameTicks: 3600 },
  audio: { config: g711Config('pcma'), clockRate: 8000, frameTicks: 160 },
}
const unit: Unit = { data: new Uint8Array(1), rtpTime: 0, arrival: 0, key: true, lossBefore: false }

class Camera {
  /** What the next attempts do; the last one goes on. */
  plan: ('play' | 'hang' | GapReason)[] = ['play']
  attempts = 0
  closed = 0
  handlers: SourceHandlers | null = null
  readonly log: string[] = []
  readonly states: SessionState[] = []
  readonly session: CameraSession

  constructor(...plan: ('play' | 'hang' | GapReason)[]) {
    this.plan = plan
    this.session = new CameraSession({
      source: { connect: (handlers, signal) => this.#connect(handlers, signal) },
      recorder: {
        open: () => this.log.push('open'),
        picture: () => {},
        sound: () => {},
        reconfigure: (kind, { codec }) => this.log.push(`${kind} ${codec}`),
        interrupt: reason => this.log.push(reason),
        tick: () => {},
        close: async () => {
          this.log.push('close')
        },
      },
      onState: state => this.states.push(state),
      random: () => 1,
    })
  }

  async #connect(handlers: SourceHandlers, signal: AbortSignal): Promise<Connection> {
    this.attempts += 1
    const what = (this.plan.length > 1 ? this.plan.shift() : this.plan[0]) ?? 'play'
    if (what === 'hang') {
      await new Promise(resolve => signal.addEventListener('abort', resolve))
      throw new SourceError('camera_unreachable', 'timeout', 'no answer')
    }
    if (what !== 'play') throw new SourceError(what, 'refused', 'no')
    this.handlers = handlers
    handlers.onOpen(tracks)
    return {
      close: async () => {
        this.closed += 1
      },
    }
  }

  async play(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 500) {
      this.handlers?.onPicture(unit)
      await vi.advanceTimersByTimeAsync(500)
    }
  }
}

let camera: Camera
beforeEach(() => vi.useFakeTimers())
afterEach(async () => {
  await camera.session.close()
  vi.useRealTimers()
})

describe('camera session', () => {
  test('records, and seals what is open when it is closed', async () => {
    camera = new Camera('play')
    await camera.play(3000)
    expect(camera.session.state).toBe('recording')
    expect(camera.session.tracks).toBe(tracks)
    await camera.session.close()
    expect(camera.log).toEqual(['open', 'close'])
    expect(camera.closed).toBe(1)
    camera.log.length = 0
  })

  test('tries for ever, ever less often, and says why', async () => {
    camera = new Camera('camera_unreachable')
    await vi.advanceTimersByTimeAsync(600_000)
    expect(camera.attempts).toBeGreaterThan(600_000 / RECONNECT_MOST_MS)
    expect(camera.attempts).toBeLessThan(600_000 / RECONNECT_MOST_MS + 8)
    expect(new Set(camera.log)).toEqual(new Set(['camera_unreachable']))
    expect(camera.session.error?.code).toBe('refused')
    camera.plan = ['play']
    await camera.play(RECONNECT_MOST_MS + 3000)
    expect(camera.session.state).toBe('recording')
    expect(camera.session.error).toBeNull()
  })

  test('a refused password is tried rarely', async () => {
    camera = new Camera('wrong_password')
    await vi.advanceTimersByTimeAsync(PASSWORD_RETRY_MS * 5)
    expect(camera.attempts).toBeLessThanOrEqual(6)
    expect(camera.session.error?.reason).toBe('wrong_password')
  })

  test('a camera that says nothing is given up and connected anew', async () => {
    camera = new Camera('play')
    await camera.play(2000)
    await vi.advanceTimersByTimeAsync(SILENCE_MS + 2000)
    expect(camera.log).toContain('camera_silent')
    expect(camera.closed).toBe(1)
    await vi.advanceTimersByTimeAsync(2000)
    expect(camera.attempts).toBe(2)
  })

  test('an attempt that hangs is ended', async () => {
    camera = new Camera('hang', 'play')
    await vi.advanceTimersByTimeAsync(CONNECT_MS + 2000)
    expect(camera.log).toEqual(['camera_unreachable', 'open'])
  })

  test('after a good session the first attempt comes quickly again', async () => {
    camera = new Camera('camera_unreachable', 'camera_unreachable', 'camera_unreachable', 'camera_unreachable', 'play')
    await vi.advanceTimersByTimeAsync(20_000)
    await camera.play(GOOD_SESSION_MS + 1000)
    camera.handlers?.onEnd(new SourceError('camera_unreachable', 'reset', 'connection reset'))
    await vi.advanceTimersByTimeAsync(1100)
    expect(camera.attempts).toBe(6)
    expect(camera.log.slice(-2)).toEqual(['camera_unreachable', 'open'])
  })

  test('waits for its turn at the start', async () => {
    let attempts = 0
    const recorder = {
      open() {},
      picture() {},
      sound() {},
      reconfigure() {},
      interrupt() {},
      tick() {},
      close: async () => {},
    }
    const source = {
      connect: async () => {
        attempts += 1
        throw new SourceError('camera_unreachable', 'refused', 'no')
      },
    }
    const session = new CameraSession({ source, recorder, startAfterMs: STAGGER_MS })
    await vi.advanceTimersByTimeAsync(STAGGER_MS - 1)
    expect(attempts).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(attempts).toBe(1)
    await session.close()
  })

  test('new codec parameters reach the recorder and the status', async () => {
    camera = new Camera('play')
    await camera.play(1000)
    camera.handlers?.onConfig({ ...config, width: 320 })
    expect(camera.log).toContain('video h264')
    expect(camera.session.tracks?.video.config).toMatchObject({ width: 320 })
  })
})
