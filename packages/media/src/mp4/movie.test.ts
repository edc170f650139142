import { copyFileSync, existsSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import type { CodecConfig } from '../codec/config.ts'
import { h264Config } from '../codec/h264.ts'
import { codeOf, rejectionOf } from '../test/codes.ts'
import { aac, H264, h264, h265 } from '../test/configs.ts'
import { tempFolder } from '../test/ffmpeg.ts'
import { buildFragment } from './fragment.ts'
import { buildInit } from './init.ts'
import { JOURNAL_EVERY, type MoviePart, MovieWriter } from './movie.ts'
import { type Movie, parseMovie, readMovie } from './reader.ts'

const T = 1_795_000_000_000
const folder = tempFolder()
afterAll(() => folder.remove())
let files = 0
const newPath = (): string => join(folder.path, `${files++}.mp4`)

/** Four samples of 500 ms; each byte says which part it is from. */
function part(config: CodecConfig, index: number, more: { startTimeMs?: number; firstSync?: number } = {}): MoviePart {
  const samples = Array.from({ length: 4 }, (_, i) => ({
    data: new Uint8Array(10 + i).fill(index),
    duration: 500,
    isSync: config.kind === 'audio' || i === (more.firstSync ?? 0),
    compositionOffset: config.kind === 'audio' ? 0 : ([0, 500, -500, 0][i] ?? 0),
  }))
  return {
    init: buildInit([{ trackId: 1, timescale: 1000, config }]),
    fragment: buildFragment({ sequence: 1, trackId: 1, baseDecodeTime: index * 2000, samples }),
    startTimeMs: more.startTimeMs ?? T + index * 2000,
    mark: `${config.kind}-${index}`,
  }
}

async function append(writer: MovieWriter, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) {
    await writer.appendVideo(part(h264(), i))
    await writer.appendAudio(part(aac(), i))
  }
}

const trackOf = (movie: Movie, kind: 'video' | 'audio') => {
  const track = movie.tracks.find(candidate => candidate.kind === kind)
  if (track === undefined) throw new Error(`no ${kind}`)
  return track
}

describe('movie writer', () => {
  test.each([false, true])('what went in is read back (moov in front: %s)', async faststart => {
    const path = newPath()
    const writer = await MovieWriter.create({ path, faststart })
    await append(writer, 0, 3)
    const progress = await writer.finish()
    expect(progress.video).toMatchObject({ parts: 3, samples: 12, dropped: 0, gaps: 0, durationMs: 6000 })
    expect(existsSync(`${path}.part`) || existsSync(`${path}.part.journal`)).toBe(false)
    const movie = await readMovie(path)
    const video = trackOf(movie, 'video')
    expect(video.configs).toEqual([h264()])
    expect(video.samples.map(sample => sample.pts)).toEqual(
      [0, 1, 2].flatMap(i => [0, 1000, 500, 1500].map(time => i * 2000 + time)),
    )
    expect(video.samples.map(sample => sample.isSync)).toEqual([0, 1, 2].flatMap(() => [true, false, false, false]))
    expect(video.samples.map(sample => [...sample.data])).toEqual(
      [0, 1, 2].flatMap(i => [10, 11, 12, 13].map(length => new Array(length).fill(i))),
    )
    const audio = trackOf(movie, 'audio')
    expect(audio.samples.map(sample => sample.pts)).toEqual(Array.from({ length: 12 }, (_, i) => i * 500))
    expect(audio.configs).toEqual([aac()])
  })

  test('sound that starts later, and a gap, are where they were', async () => {
    const path = newPath()
    const writer = await MovieWriter.create({ path })
    await writer.appendVideo(part(h264(), 0))
    await writer.appendAudio(part(aac(), 0, { startTimeMs: T + 250 }))
    await writer.appendVideo(part(h264(), 1, { startTimeMs: T + 60_000 }))
    await writer.appendAudio(part(aac(), 1, { startTimeMs: T + 60_250 }))
    const progress = await writer.finish()
    expect([progress.video.gaps, progress.audio.gaps]).toEqual([1, 1])
    const movie = await readMovie(path)
    expect(trackOf(movie, 'video').samples.map(sample => sample.pts)).toEqual([
      0, 1000, 500, 1500, 60_000, 61_000, 60_500, 61_500,
    ])
    expect(trackOf(movie, 'audio').samples.map(sample => sample.pts)).toEqual([
      250, 750, 1250, 1750, 60_250, 60_750, 61_250, 61_750,
    ])
  })

  test('pictures that depend on missing ones are left out', async () => {
    const path = newPath()
    const writer = await MovieWriter.create({ path })
    await writer.appendVideo(part(h264(), 0, { firstSync: 9 }))
    expect(writer.progress.video).toMatchObject({ parts: 0, samples: 0, dropped: 4, lastMark: null })
    await writer.appendVideo(part(h264(), 1, { firstSync: 1 }))
    await writer.appendVideo(part(h264(), 2, { firstSync: 9 }))
    expect(writer.progress.video).toMatchObject({ parts: 2, samples: 6, dropped: 6 })
    await writer.appendVideo({ ...part(h264(), 4, { firstSync: 9 }), discontinuity: true })
    await writer.appendVideo(part(h264(), 5))
    expect((await writer.finish()).video).toMatchObject({ parts: 3, samples: 10, dropped: 10, gaps: 1 })
    const { samples } = trackOf(await readMovie(path), 'video')
    // The key frame is shown 1 s into part 1, and the picture at 500 ms was decoded after it; part 5 starts 8 s after part 1.
    expect(samples.map(sample => sample.pts)).toEqual([0, 500, 1000, 2000, 1500, 2500, 7000, 8000, 7500, 8500])
  })

  test('another size is another sample description, and then key frames carry their parameter sets', async () => {
    const path = newPath()
    const other = h264Config([H264.spsReordered], [H264.ppsReordered])
    const writer = await MovieWriter.create({ path })
    await writer.appendVideo(part(h264(), 0))
    await writer.appendVideo(part(other, 1))
    await writer.appendVideo(part(h264(), 2))
    await writer.finish()
    const { configs, samples } = trackOf(await readMovie(path), 'video')
    expect(configs).toEqual([h264(), other])
    expect(samples.map(sample => sample.config)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0])
    const sets = (sps: Uint8Array, pps: Uint8Array): number => 8 + sps.length + pps.length
    expect(samples.map(sample => sample.data.length)).toEqual(
      [0, sets(H264.spsReordered, H264.ppsReordered), sets(H264.sps, H264.pps)].flatMap(more => [
        10 + more,
        11,
        12,
        13,
      ]),
    )
  })

  test('one track has one codec', async () => {
    const writer = await MovieWriter.create({ path: newPath() })
    await writer.appendVideo(part(h264(), 0))
    expect(await rejectionOf(writer.appendVideo(part(h265(), 1)))).toBe('codec_changed')
    expect(await rejectionOf(writer.appendAudio(part(h264(), 1)))).toBe('missing_box')
    expect((await writer.finish()).video.samples).toBe(4)
  })

  test('nothing to write, overlapping calls, no folder: each has its error', async () => {
    const writer = await MovieWriter.create({ path: newPath() })
    expect(await rejectionOf(writer.finish())).toBe('missing_box')
    const both = [writer.appendVideo(part(h264(), 0)), writer.appendAudio(part(aac(), 0))]
    expect(await Promise.all(both.map(rejectionOf))).toEqual(['nothing', 'bad_value'])
    await writer.discard()
    expect(await rejectionOf(MovieWriter.create({ path: join(folder.path, 'none', 'a.mp4') }))).toBe('io')
    expect(await rejectionOf(MovieWriter.open({ path: newPath() }))).toBe('not_resumable')
    expect(await rejectionOf(readMovie(newPath()))).toBe('io')
  })
})

describe('an interrupted movie', () => {
  /** A finished movie of `count` pairs of parts, written in one go. */
  async function reference(count: number): Promise<Uint8Array> {
    const path = newPath()
    const writer = await MovieWriter.create({ path, label: 'front door' })
    await append(writer, 0, count)
    await writer.finish()
    return readFileSync(path)
  }

  /** Appends what `progress` says is missing. */
  async function complete(writer: MovieWriter, count: number): Promise<void> {
    for (;;) {
      const { video, audio } = writer.progress
      if (audio.parts < video.parts) await writer.appendAudio(part(aac(), audio.parts))
      else if (video.parts < count) await writer.appendVideo(part(h264(), video.parts))
      else return
    }
  }

  test('continues where it was, and ends in the same bytes', async () => {
    const path = newPath()
    const first = await MovieWriter.create({ path, label: 'front door' })
    await append(first, 0, 5)
    await first.close()
    const second = await MovieWriter.open({ path })
    expect(second.label).toBe('front door')
    expect(second.progress.video).toMatchObject({ parts: 5, lastMark: 'video-4' })
    expect(second.progress.audio).toMatchObject({ parts: 5, lastMark: 'audio-4' })
    await append(second, 5, 9)
    await second.finish()
    expect(readFileSync(path)).toEqual(await reference(9))
    expect(await rejectionOf(MovieWriter.open({ path }))).toBe('not_resumable')
  })

  test('killed without a word, it loses at most what the journal had not yet', async () => {
    const path = newPath()
    const killed = await MovieWriter.create({ path: `${path}.before` })
    await append(killed, 0, JOURNAL_EVERY)
    copyFileSync(`${path}.before.part`, `${path}.part`)
    copyFileSync(`${path}.before.part.journal`, `${path}.part.journal`)
    await killed.discard()
    const resumed = await MovieWriter.open({ path })
    const { video, audio } = resumed.progress
    expect(2 * JOURNAL_EVERY - (video.parts + audio.parts)).toBeLessThanOrEqual(JOURNAL_EVERY)
    await complete(resumed, JOURNAL_EVERY + 3)
    await resumed.finish()
    expect(readFileSync(path)).toEqual(await reference(JOURNAL_EVERY + 3))
  })

  test('wherever data or journal are cut off or damaged, it ends in the same bytes', async () => {
    const whole = await reference(6)
    const path = newPath()
    const first = await MovieWriter.create({ path })
    await append(first, 0, 6)
    await first.close()
    const data = readFileSync(`${path}.part`)
    const journal = readFileSync(`${path}.part.journal`)
    const damage = fc.record({
      journal: fc.boolean(),
      // Not a double: nearly all of those are next to nothing.
      at: fc.nat({ max: 9999 }).map(n => n / 10_000),
      cut: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(damage, async ({ journal: inJournal, at, cut }) => {
        writeFileSync(`${path}.part`, data)
        writeFileSync(`${path}.part.journal`, journal)
        const target = inJournal ? `${path}.part.journal` : `${path}.part`
        const bytes = readFileSync(target)
        // The head of the data is written by `finish` anew only in part: damage there is not ours to find.
        const low = inJournal ? 0 : 44
        const position = low + Math.floor(at * (bytes.length - low))
        if (cut) truncateSync(target, position)
        else writeFileSync(target, bytes.fill((bytes[position] ?? 0) ^ 0x40, position, position + 1))
        rmSync(path, { force: true })
        const opened: MovieWriter[] = []
        const code = await rejectionOf(MovieWriter.open({ path }).then(writer => opened.push(writer)))
        // Refused, or the same to the byte: nothing lies between.
        expect(code).toBe(opened.length === 1 ? 'nothing' : 'not_resumable')
        for (const writer of opened) {
          await complete(writer, 6)
          await writer.finish()
          expect(readFileSync(path)).toEqual(whole)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('discard leaves nothing', async () => {
    const path = newPath()
    const writer = await MovieWriter.create({ path })
    await append(writer, 0, 1)
    await writer.discard()
    expect([path, `${path}.part`, `${path}.part.journal`].some(existsSync)).toBe(false)
  })

  test('an unfinished movie is for its owner alone', async () => {
    const path = newPath()
    const writer = await MovieWriter.create({ path })
    expect(statSync(`${path}.part`).mode & 0o777).toBe(0o600)
    await writer.discard()
  })
})

describe('movie reader', () => {
  test('damaged files yield a movie or an error from the registry', async () => {
    const path = newPath()
    const writer = await MovieWriter.create({ path })
    await append(writer, 0, 2)
    await writer.finish()
    const bytes = new Uint8Array(readFileSync(path))
    const moov = Buffer.from(bytes).indexOf('moov') - 4
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: moov, max: bytes.length - 1 }), fc.nat(255)), {
          minLength: 1,
          maxLength: 5,
        }),
        changes => {
          const damaged = bytes.slice()
          for (const [at, value] of changes) damaged[at] = value
          codeOf(() => parseMovie(damaged))
        },
      ),
      { numRuns: 3000 },
    )
  })
})
