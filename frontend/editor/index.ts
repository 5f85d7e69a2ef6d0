// The live editor of a motion. The page works as a text to read without it.

import * as Y from "yjs"
import { LocalCopy } from "./local-copy.ts"
import { Notice } from "./notice.ts"
import { readPage, type Page } from "./page.ts"
import { rootsOf } from "./roots.ts"
import { Session, type Context } from "./session.ts"
import { unconfirmedText } from "./unconfirmed.ts"
import { followKeyboard } from "./viewport.ts"
import { toastsOf } from "../page/toasts.ts"

function start(page: Page): void {
  const notice = new Notice(page)
  const copy = new LocalCopy(page.documentId, page.personId)
  let session: Session | null = null

  const context: Context = {
    page,
    notice,
    toasts: toastsOf(document),
    copy,
    reopen: (mayWrite) => void open(mayWrite, true),
  }

  const open = async (mayWrite: boolean, isAgain = false): Promise<void> => {
    session?.close()
    session = null
    const doc = new Y.Doc()
    // Only what the server may lack has to be here before the conversation begins: a device can take its time.
    const isFirst = mayWrite && !isAgain && copy.mayBeUnsent
    const carried = isFirst ? await copy.attach(doc) : new Map<number, number>()
    const opened = (session = new Session(context, doc, mayWrite, carried))
    if (!mayWrite || isFirst) return
    await copy.attach(doc)
    opened.beginFromCopy()
  }

  const { keepCopy } = page
  if (keepCopy) {
    keepCopy.checked = copy.isWanted
    keepCopy.disabled = !copy.isSupported
    keepCopy.addEventListener("change", () => {
      copy.remember(keepCopy.checked)
      if (!keepCopy.checked) void copy.remove()
      else if (session) void copy.attach(session.doc).then(() => copy.isKept || context.toasts.show(page.words("copyRefused")))
    })
  }

  addEventListener("online", () => session?.provider.nudge())
  addEventListener("offline", () => session?.provider.drop())
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || !session) return
    if (notice.reason === "signed-out") session.provider.restart()
    else session.provider.nudge()
  })
  addEventListener("pagehide", () => session?.provider.sayGoodbye())
  addEventListener("pageshow", (event) => {
    if (event.persisted) session?.resume()
  })
  addEventListener("beforeunload", (event) => {
    const isAtRisk = (session?.provider.waiting ?? 0) > 0 && !copy.isKept
    if (isAtRisk || notice.holdsText) event.preventDefault()
  })

  followKeyboard(document.documentElement)
  void open(page.mayWrite).then(() => {
    if (!page.mayWrite) session?.provider.once("synced", () => void showLeftover(copy, notice, session!))
  })
}

/** Text of an earlier visit that was never saved, on a motion that one may no longer write in. */
async function showLeftover(copy: LocalCopy, notice: Notice, session: Session): Promise<void> {
  const left = await copy.read()
  if (!left) return
  const known = Y.decodeStateVector(Y.encodeStateVector(session.doc))
  const unknown = [...left.carried].map(([client, from]): [number, number] => [client, Math.max(from, known.get(client) ?? 0)])
  const lost = unconfirmedText(rootsOf(left.doc), new Map(unknown))
  left.doc.destroy()
  if (!lost.length) return
  notice.show("leftover", lost, {
    discard: () => {
      void copy.remove()
      notice.hide()
    },
  })
}

const page = readPage()
if (page) start(page)
