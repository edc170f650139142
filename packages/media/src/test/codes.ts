import { CodecError, Mp4Error, SegmentError } from '../errors.ts'

/** The code of the media error that `act` throws, or `'nothing'`. Any other error passes through: it would be a bug. */
export function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return mediaCode(error)
  }
  return 'nothing'
}

/** As `codeOf`, for promises. */
export async function rejectionOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return mediaCode(error)
  }
  return 'nothing'
}

function mediaCode(error: unknown): string {
  if (error instanceof Mp4Error || error instanceof CodecError || error instanceof SegmentError) return error.code
  throw error
}
