// Names of what the editor leaves on a device, known to the editor and to whoever has to clear it.

/** Databases with copies of motions. */
export const COPY_PREFIX = "motionsverkstad.copy."
/** Settings that say whether a person wants copies on this device. */
export const WISH_PREFIX = "motionsverkstad.keep."
