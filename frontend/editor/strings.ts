// The words of the editor. They come with the page, in the reader's language (app/motions/templates/_editor.html).

const KEYS = [
  "saved",
  "saving",
  "connecting",
  "reading",
  "offline",
  "offlineWaitingOne",
  "offlineWaitingMany",
  "waitingOne",
  "waitingMany",
  "stopped",
  "placeTitle",
  "placeBody",
  "placeDemand",
  "writesIn",
  "you",
  "idle",
  "demandLabel",
  "demandAdded",
  "demandsAdded",
  "demandMoved",
  "demandStruck",
  "demandStruckByOther",
  "demandRestored",
  "demandsMerged",
  "undo",
  "restore",
  "undone",
  "redone",
  "nothingToUndo",
  "wentOffline",
  "cameOnline",
  "linkRefused",
  "copied",
  "copyFailed",
  "dismiss",
  "reload",
  "signIn",
  "lostTitle",
  "frozenTitle",
  "frozenBody",
  "forbiddenTitle",
  "forbiddenBody",
  "demotedTitle",
  "demotedBody",
  "goneTitle",
  "goneBody",
  "signedOutTitle",
  "signedOutBody",
  "tooLargeTitle",
  "tooLargeBody",
  "faultTitle",
  "faultBody",
  "crowdedTitle",
  "crowdedBody",
  "newerTitle",
  "newerBody",
  "leftoverTitle",
  "leftoverBody",
  "discard",
  "copyRefused",
] as const

export type StringKey = (typeof KEYS)[number]
export type Words = (key: StringKey, values?: Readonly<Record<string, string | number>>) => string

/** Every key that the page has to supply. */
export const STRING_KEYS: readonly StringKey[] = KEYS

/** Looks words up in what the page supplied; `{name}` in them is filled in from `values`. */
export function wordsFrom(supplied: Readonly<Record<string, string>>): Words {
  return (key, values = {}) =>
    (supplied[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
