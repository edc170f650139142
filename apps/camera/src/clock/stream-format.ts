import { BitReader } from './bits.ts'

/** What a slice header depends on, of the footage’s SPS and PPS (H.264 §7.3.2.1, §7.3.2.2). */
export type StreamFormat = {
  readonly frameNumBits: number
  /** Bits of pic_order_cnt_lsb, or null where order needs none (type 2). */
  readonly orderBits: number | null
  readonly mbWidth: number
  readonly mbHeight: number
  readonly initQp: number
  readonly ppsId: number
}

/** The footage is ours: anything but Constrained Baseline without scaling, weights and redundancy is a mistake. */
export function readFormat(sps: Uint8Array, pps: Uint8Array): StreamFormat {
  const s = new BitReader(sps, 64)
  const profile = s.u(8)
  s.u(16)
  s.ue()
  if (profile !== 66) throw new Error('the footage is not Baseline')
  const frameNumBits = s.ue() + 4
  const orderType = s.ue()
  const orderBits = orderType === 0 ? s.ue() + 4 : null
  if (orderType === 1) throw new Error('picture order type 1')
  s.ue()
  s.u(1)
  const mbWidth = s.ue() + 1
  const mbHeight = s.ue() + 1
  if (s.u(1) !== 1) throw new Error('interlaced footage')
  const p = new BitReader(pps, 64)
  const ppsId = p.ue()
  p.ue()
  const [cabac, bottomOrder, groups] = [p.u(1), p.u(1), p.ue()]
  p.ue()
  p.ue()
  const weighted = p.u(1)
  p.u(2)
  const initQp = 26 + p.se()
  p.se()
  p.se()
  const [deblockingControl, constrainedIntra, redundant] = [p.u(1), p.u(1), p.u(1)]
  if (cabac || bottomOrder || groups || weighted || !deblockingControl || constrainedIntra || redundant)
    throw new Error('the footage uses what the clock cannot write')
  return { frameNumBits, orderBits, mbWidth, mbHeight, initQp, ppsId }
}

/** What all slices of a picture share. */
export type SliceStart = {
  readonly firstMb: number
  readonly header: number
  readonly idr: boolean
  readonly frameNum: number
  readonly idrPicId: number
  readonly order: number
}

/** The beginning of a slice header (§7.3.3). */
export function readSliceStart(nal: Uint8Array, format: StreamFormat): SliceStart {
  const r = new BitReader(nal, 64)
  const header = nal[0] ?? 0
  const idr = (header & 31) === 5
  const firstMb = r.ue()
  r.ue()
  r.ue()
  const frameNum = r.u(format.frameNumBits)
  const idrPicId = idr ? r.ue() : 0
  const order = format.orderBits === null ? 0 : r.u(format.orderBits)
  return { firstMb, header, idr, frameNum, idrPicId, order }
}
