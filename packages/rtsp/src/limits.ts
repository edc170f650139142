/** What a camera may send at most. Cameras are not trusted: beyond these the connection ends. */
export const LIMITS = {
  /** Head of a message: start line and headers. */
  headBytes: 16 * 1024,
  /** Body of a message: a session description. */
  bodyBytes: 64 * 1024,
  /** One picture, all slices together. */
  pictureBytes: 8 * 1024 * 1024,
  /** One frame of sound. */
  soundBytes: 64 * 1024,
  /** Lines of a session description. */
  sdpLines: 500,
  /** Parameter sets (SPS, PPS, VPS) of one kind, and their size. */
  parameterSets: 8,
  parameterSetBytes: 4096,
} as const

export const TIMES = {
  /** Until the TCP (and TLS) connection stands. */
  connectMs: 5000,
  /** Until a request is answered. */
  answerMs: 10_000,
  /** Without a byte of media the camera is gone. */
  stallMs: 10_000,
  /** Between receiver reports. */
  reportMs: 5000,
} as const
