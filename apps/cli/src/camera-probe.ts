import { parseH264Sps } from '@hausrecht/media/codec/h264'
import { parseH265Sps } from '@hausrecht/media/codec/h265'
import { RtspError } from '@hausrecht/rtsp/errors'
import { type DescribePicture, type Probe, type ProbeOptions, probe } from '@hausrecht/rtsp/probe'
import { redactUrl } from '@hausrecht/rtsp/url'
import { words as errorWords } from './error-words.ts'
import { CliError } from './errors.ts'
import type { Language } from './language.ts'
import { words as rtspWords } from './rtsp-words.ts'
import { harmless } from './terminal/width.ts'

const describe: DescribePicture = (codec, { sps }) => {
  const [first] = sps
  if (first === undefined) throw new RtspError('protocol', 'no parameter sets')
  const { width, height } = codec === 'h264' ? parseH264Sps(first) : parseH265Sps(first)
  return { width, height }
}

/** What a camera answers, in words; its own words are added where they help. */
export function explainCamera(error: RtspError, address: string): CliError {
  const said = (language: Language) => {
    const { what, next } = rtspWords[language][error.code]
    const detail = error.detail === null ? '' : ` (${harmless(error.detail)})`
    return errorWords[language].camera_problem({ what: `${redactUrl(address)}: ${what}${detail}.`, next })
  }
  return new CliError('camera_problem', { en: said('en'), de: said('de') }, { cause: error })
}

/** Plays a camera for a moment. @throws RtspError */
export const probeCamera = (address: string, options: ProbeOptions): Promise<Probe> => probe(address, describe, options)
