// Names of what the editor leaves on a device, known to the editor and to whoever has to clear it.

/** Databases with copies of motions. */
export const COPY_PREFIX = "motionsverkstad.copy."
/** Settings that say whether a person wants copies on this device. */
export const WISH_PREFIX = "motionsverkstad.keep."
/** Marks of copies that hold what the server does not have. */
export const UNSENT_PREFIX = "motionsverkstad.unsent."

/** The browser's settings; null where it keeps none. */
export function settings(): Storage | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}

/** Whether some copy on this device holds text that was never saved. */
export function hasUnsent(): boolean {
  return Object.keys(settings() ?? {}).some((name) => name.startsWith(UNSENT_PREFIX))
}
