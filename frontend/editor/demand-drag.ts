// Demands put in another place by dragging them by their handle, with a mouse, a pen or a finger. Keys have the
// buttons, which say the same.

/** How far outside the list one may let go and still mean its nearest end, in px. */
const REACH = 48
/** Nearer than this to the edge of the window, the page scrolls along, in px. */
const EDGE = 90

interface Drag {
  item: HTMLElement
  handle: HTMLElement
  pointer: number
  /** From the top of the item to where it was taken, in px. */
  grip: number
  x: number
  y: number
  shift: number
  frame: number
}

/** Lets the items of `list` be dragged, until `signal`; `move` puts one that many places further on. */
export function dragDemands(
  list: HTMLElement,
  mayMove: () => boolean,
  move: (id: string, step: number) => void,
  signal: AbortSignal,
): void {
  let drag: Drag | null = null

  const items = (): HTMLElement[] => [...list.children] as HTMLElement[]

  /** The item before which `drag` would be dropped; null is the end; undefined is elsewhere. */
  const target = ({ x, y, item }: Drag): HTMLElement | null | undefined => {
    const { left, right, top, bottom } = list.getBoundingClientRect()
    if (x < left - REACH || x > right + REACH || y < top - REACH || y > bottom + REACH) return undefined
    const others = items().filter((other) => other !== item)
    return (
      others.find((other) => {
        const box = other.getBoundingClientRect()
        return y < box.top + box.height / 2
      }) ?? null
    )
  }

  const mark = (): void => {
    const before = drag && target(drag)
    const others = items().filter((other) => other !== drag?.item)
    for (const item of items()) {
      const side = item === before ? "before" : before === null && drag && item === others.at(-1) ? "after" : ""
      if (side) item.dataset["drop"] = side
      else delete item.dataset["drop"]
    }
  }

  /** Keeps the pointer, which is lost when others' moves put the item in another place. False when it is gone. */
  const hold = ({ handle, pointer }: Drag): boolean => {
    try {
      if (!handle.hasPointerCapture(pointer)) handle.setPointerCapture(pointer)
      return true
    } catch {
      return false
    }
  }

  const draw = (): void => {
    if (!drag) return
    if (!drag.item.isConnected || !mayMove() || !hold(drag)) {
      end()
      return
    }
    drag.frame = requestAnimationFrame(draw)
    const pull = drag.y < EDGE ? drag.y - EDGE : Math.max(0, drag.y - innerHeight + EDGE)
    if (pull) scrollBy({ top: pull / 6, behavior: "instant" })
    drag.shift += drag.y - drag.grip - drag.item.getBoundingClientRect().top
    drag.item.style.translate = `0 ${Math.round(drag.shift)}px`
    mark()
  }

  const end = (): void => {
    if (!drag) return
    const { item, frame } = drag
    drag = null
    cancelAnimationFrame(frame)
    item.style.translate = ""
    delete item.dataset["dragged"]
    mark()
  }

  const listen = <Name extends keyof HTMLElementEventMap>(
    where: HTMLElement | Document,
    name: Name,
    act: (event: HTMLElementEventMap[Name]) => void,
  ): void => where.addEventListener(name, act as EventListener, { signal })

  listen(list, "pointerdown", (event) => {
    const grip = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-demand-grip]") : null
    const item = grip?.closest<HTMLElement>("[data-demand]")
    if (!grip || !item || drag || event.button !== 0 || !event.isPrimary || !mayMove()) return
    // The caret stays where it is, and so does a phone's keyboard.
    event.preventDefault()
    const { clientX: x, clientY: y, pointerId: pointer } = event
    drag = { item, handle: grip, pointer, grip: y - item.getBoundingClientRect().top, x, y, shift: 0, frame: 0 }
    item.dataset["dragged"] = ""
    draw()
  })
  // On all of the page: until the pointer is held again, it may be let go anywhere.
  listen(document, "pointermove", (event) => {
    if (event.pointerId !== drag?.pointer) return
    drag.x = event.clientX
    drag.y = event.clientY
  })
  listen(document, "pointerup", (event) => {
    if (event.pointerId !== drag?.pointer) return
    drag.x = event.clientX
    drag.y = event.clientY
    const { item } = drag
    const before = target(drag)
    end()
    const id = item.dataset["demand"]
    if (before === undefined || id === undefined) return
    // What others moved meanwhile is where it is now.
    const others = items().filter((other) => other !== item)
    const to = before ? others.indexOf(before) : others.length
    const step = to - items().indexOf(item)
    if (step) move(id, step)
  })
  listen(document, "pointercancel", (event) => event.pointerId === drag?.pointer && end())
  listen(document, "keydown", (event) => {
    if (!drag || event.key !== "Escape") return
    event.preventDefault()
    event.stopPropagation()
    end()
  })
  // A press that goes on for long would open a menu.
  listen(list, "contextmenu", (event) => drag && event.preventDefault())
  signal.addEventListener("abort", end)
}
