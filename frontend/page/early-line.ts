// The line to the live text, opened by a small script while that of the editor is still on its way: what the server has
// to say has often arrived when the editor takes the line over.

/** The newest shape of the text that this release can write. A document of a newer one is never opened for writing. */
export const SCHEMA = 1

interface Early {
  url: string
  take: () => WebSocket | null
}

/** Both scripts have a copy of this file, so what they share hangs on the window; null once the editor has been there. */
const shelf = globalThis as { earlyLine?: Early | null }

/** Asks for the text, of which one has nothing: step 1 of the sync protocol with an empty state vector. */
const ASK = Uint8Array.of(0, 0, 1, 0)
/** How the message begins that holds the text: step 2. */
const TEXT = [0, 1] as const
/** Nobody needs a line that no editor has taken over by then, in ms. */
const UNTAKEN = 30_000

export function lineTo(documentId: string): string {
  const server = `${location.protocol.replace("http", "ws")}//${location.host}`
  return `${server}/collab/${encodeURIComponent(documentId)}?ack=1&schema=${SCHEMA}`
}

/** Opens a line and asks for the text; whoever takes it over hears all that has been said, as if just then. */
export function openEarly(url: string): void {
  if (shelf.earlyLine === null) return
  const socket = new WebSocket(url)
  socket.binaryType = "arraybuffer"
  const heard: ArrayBuffer[] = []
  let isTaken = false
  const collect = (event: MessageEvent<ArrayBuffer>): void => {
    event.stopImmediatePropagation()
    heard.push(event.data)
    replay()
  }
  // The line counts as open once the text is here: the editor then asks only for what it lacks.
  const replay = (): void => {
    if (!isTaken || !heard.some((data) => TEXT.every((byte, at) => new Uint8Array(data)[at] === byte))) return
    socket.removeEventListener("message", collect)
    for (const data of heard.splice(0)) socket.dispatchEvent(new MessageEvent("message", { data }))
    socket.dispatchEvent(new Event("open"))
  }
  const onOpen = (event: Event): void => {
    event.stopImmediatePropagation()
    socket.send(ASK)
  }
  socket.addEventListener("open", onOpen, { once: true })
  socket.addEventListener("message", collect)
  setTimeout(() => isTaken || socket.close(), UNTAKEN)
  shelf.earlyLine = {
    url,
    take: () => {
      if (socket.readyState > WebSocket.OPEN) return null
      isTaken = true
      setTimeout(replay)
      return socket
    },
  }
}

/** The line that was opened early, for the editor's first try; null when there is none that is alive. */
export function takeEarly(url: string): WebSocket | null {
  const { earlyLine } = shelf
  shelf.earlyLine = null
  return earlyLine?.url === url ? earlyLine.take() : null
}
