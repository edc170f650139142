/** The rules that deletion rests on. The product keeps all; a test breaks one and sees what that opens. */
export const RULES = {
  importIsCut: 'whatever is taken in is cut by all orders first',
  erasedBeforeSaid: 'a receipt is signed after the keys were erased',
  sharesWithdrawn: 'an order takes the release share from packets that nobody has opened yet',
  sharesStayWithdrawn: 'nothing writes a release share back that an order took',
  prekeysOnce: 'a one-time key is erased once its packet was opened',
  askedForgotten: 'an order erases the key with which somebody waits for a release share',
  oldPacketsLeft: 'no release share is asked for when an order is newer than the packet',
  channelsRatchet: 'the key of each message of a channel is erased with the message',
  hangingClosed: 'an order ends a channel on which an answer with keys is awaited',
  newGenerations: 'a removal of a device begins new trees',
  rootsErased: 'the root of a new tree is erased once the tree is held',
  leasesEnd: 'a browser forgets its keys when its lease ends',
  everyGeneration: 'an order is for all generations of a stream',
} as const

export type Rule = keyof typeof RULES
export type Rules = Readonly<Record<Rule, boolean>>

export const ALL_RULES: Rules = Object.fromEntries(Object.keys(RULES).map(rule => [rule, true])) as Rules
export const without = (...broken: readonly Rule[]): Rules => ({
  ...ALL_RULES,
  ...Object.fromEntries(broken.map(rule => [rule, false])),
})
