// Whoever signs out leaves no text behind on the device.

import { COPY_PREFIX, UNSENT_PREFIX, hasUnsent, settings } from "../page/copies.ts"

async function removeCopies(): Promise<void> {
  const databases = await indexedDB.databases()
  await Promise.all(
    databases
      .filter(({ name }) => name?.startsWith(COPY_PREFIX))
      .map(
        ({ name }) =>
          new Promise<void>((resolve) => {
            const removal = indexedDB.deleteDatabase(name!)
            // A tab that still has it open lets go of it when it closes.
            removal.onsuccess = removal.onerror = removal.onblocked = () => resolve()
          }),
      ),
  )
  const store = settings()
  for (const name of Object.keys(store ?? {})) if (name.startsWith(UNSENT_PREFIX)) store?.removeItem(name)
}

/**
 * Clears the device before the form goes. Text that was never saved is not thrown away unasked; `data-unsent` on the
 * form is the question.
 */
export async function signOut(form: HTMLFormElement): Promise<void> {
  const question = form.dataset["unsent"]
  if (question && hasUnsent() && !window.confirm(question)) return
  try {
    await removeCopies()
  } catch {
    // A browser that keeps no databases has none to remove.
  }
  form.submit()
}
