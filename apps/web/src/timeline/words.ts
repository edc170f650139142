/** What the ribbon says. Places in braces are filled by it. */
export type RibbonWords = {
  readonly title: string
  /** Name of the slider: the moment shown. */
  readonly moment: string
  readonly today: string
  readonly yesterday: string
  readonly live: string
  readonly recorded: string
  readonly gap: string
  readonly deleted: string
  readonly nothing: string
  /** Part of what is shown could not be looked up. */
  readonly failed: string
  /** Drawn on a deleted stretch. */
  readonly erased: string
  readonly list: string
  readonly listRecorded: string
  readonly listGap: string
  readonly listDeleted: string
  readonly listMore: string
  readonly shown: string
  readonly back: string
  readonly rangeFrom: string
  readonly rangeTo: string
}

const en: RibbonWords = {
  title: 'Timeline',
  moment: 'Moment shown',
  today: 'Today',
  yesterday: 'Yesterday',
  live: 'live',
  recorded: 'recorded',
  gap: 'not recorded, {reason}',
  deleted: 'deleted',
  nothing: 'nothing recorded',
  failed: 'Part of this could not be looked up. It is tried again.',
  erased: 'deleted',
  list: 'What is on the timeline',
  listRecorded: '{from} to {to}: recorded',
  listGap: '{from} to {to}: not recorded, {reason}',
  listDeleted: '{from} to {to}: deleted',
  listMore: 'More than can be listed. Zoom in for the rest.',
  shown: '{from} to {to} is shown',
  back: 'Back to the moment shown',
  rangeFrom: 'Beginning of the range',
  rangeTo: 'End of the range',
}

const de: RibbonWords = {
  title: 'Zeitleiste',
  moment: 'Gezeigter Moment',
  today: 'Heute',
  yesterday: 'Gestern',
  live: 'live',
  recorded: 'aufgenommen',
  gap: 'nicht aufgenommen, {reason}',
  deleted: 'gelöscht',
  nothing: 'nichts aufgenommen',
  failed: 'Ein Teil ließ sich nicht nachsehen. Es wird wieder versucht.',
  erased: 'gelöscht',
  list: 'Was auf der Zeitleiste liegt',
  listRecorded: '{from} bis {to}: aufgenommen',
  listGap: '{from} bis {to}: nicht aufgenommen, {reason}',
  listDeleted: '{from} bis {to}: gelöscht',
  listMore: 'Es ist mehr, als hier Platz hat. Vergrößere für den Rest.',
  shown: '{from} bis {to} ist zu sehen',
  back: 'Zurück zum gezeigten Moment',
  rangeFrom: 'Anfang des Zeitraums',
  rangeTo: 'Ende des Zeitraums',
}

export const RIBBON_WORDS: Readonly<Record<'en' | 'de', RibbonWords>> = { en, de }
