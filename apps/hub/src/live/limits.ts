/** Bounds of the live path. Every one has a test in this folder. */

/** A live part of pictures, or of sound, is no longer than this, unless one frame is, or the order of decoding does not allow to cut. */
export const LIVE_PART_MS = 130
/** Parts of sound are padded to 4 KiB each: a little longer ones cost less. */
export const LIVE_SOUND_MS = 170
/** Frames of a live part, together. One larger frame stands alone; the vault takes parts up to 1 MiB, with padding and seal. */
export const LIVE_PART_BYTES = 400 * 1024
/** Frames since the newest key frame that are kept for whoever begins to watch; a longer group of pictures is joined at its end. */
export const GROUP_BYTES = 4 * 1024 * 1024
export const GROUP_FRAMES = 1024
/** Sound that is kept for whoever begins to watch. */
export const SOUND_KEPT_MS = 1000
/** Frames without reordering after which a camera is believed to have none: a part then need not wait for the frame that follows. */
export const ORDERED_FRAMES = 50
/** Bytes of one stream that may wait for sealing; beyond it parts are left out until the next key frame. */
export const SEALING_BYTES = 16 * 1024 * 1024
/** Bytes that may wait on the line to the vault; beyond it parts are left out until the next key frame that finds it half empty. */
export const LINE_BYTES = 4 * 1024 * 1024
