// The list of who is here, each once. A click on somebody goes to where they write, and follows them.

import { IDLE_AFTER, type Participant, type Presence } from "./presence.ts"
import type { Words } from "./strings.ts"

/** More than these are counted until one asks for all. */
const SHOWN = 6

export function initials(name: string): string {
  const words = name.split(/[\s-]+/).filter(Boolean)
  const first = words[0] ?? "?"
  const last = words.length > 1 ? words.at(-1)! : ""
  return ([...first].slice(0, 1).join("") + [...last].slice(0, 1).join("")).toLocaleUpperCase("sv")
}

/** Keeps `list` true until the returned function is called. */
export function showPeople(list: HTMLElement, presence: Presence, words: Words, follow: (client: number) => void): () => void {
  let shown = ""
  let isOpen = false
  const paint = (): void => {
    const people = presence.people()
    const told = people.map((person) => [person.client, person.name, person.color, presence.isIdle(person)])
    const next = JSON.stringify([isOpen, told])
    if (shown === next) return
    shown = next
    const isMany = people.length > SHOWN
    const named = isMany && !isOpen ? people.slice(0, SHOWN - 1) : people
    const held = list.contains(document.activeElement) ? (document.activeElement as HTMLElement) : null
    const items = named.map((person) => personItem(person, presence.isIdle(person), words))
    if (isMany) items.push(moreItem(people.slice(named.length), isOpen, words))
    list.replaceChildren(...items)
    list.dataset["open"] = String(isMany && isOpen)
    // Whoever stands on somebody goes on standing there.
    const { person } = held?.dataset ?? {}
    if (held) list.querySelector<HTMLElement>(person ? `[data-person="${CSS.escape(person)}"]` : "[data-more]")?.focus()
  }
  const onClick = (event: MouseEvent): void => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button") : null
    if (!button) return
    if (button.dataset["client"]) follow(Number(button.dataset["client"]))
    else {
      isOpen = !isOpen
      paint()
    }
  }
  const timer = window.setInterval(paint, IDLE_AFTER / 8)
  presence.on("people", paint)
  list.addEventListener("click", onClick)
  paint()
  return () => {
    clearInterval(timer)
    presence.off("people", paint)
    list.removeEventListener("click", onClick)
    list.replaceChildren()
  }
}

function personItem(person: Participant, isIdle: boolean, words: Words): HTMLLIElement {
  const item = document.createElement("li")
  const inside = document.createElement(person.isSelf ? "span" : "button")
  inside.className = "presence__person"
  inside.dataset["color"] = String(person.color)
  if (inside instanceof HTMLButtonElement) {
    inside.type = "button"
    inside.dataset["client"] = String(person.client)
    inside.dataset["person"] = person.id
  }
  const avatar = document.createElement("span")
  avatar.className = "avatar avatar--small"
  avatar.setAttribute("aria-hidden", "true")
  avatar.textContent = initials(person.name)
  const name = document.createElement("span")
  name.className = "presence__name"
  name.textContent = person.name
  inside.append(avatar, name)
  const note = person.isSelf ? words("you") : isIdle ? words("idle") : ""
  if (note) {
    const said = document.createElement("span")
    said.className = person.isSelf ? "visually-hidden" : "presence__note"
    said.textContent = ` (${note})`
    inside.append(said)
  }
  if (isIdle) item.dataset["idle"] = "true"
  inside.title = person.isSelf ? person.name : words("follow", { name: note ? `${person.name} (${note})` : person.name })
  item.append(inside)
  return item
}

/** The button that shows those who are only counted, or counts them again. */
function moreItem(others: readonly Participant[], isOpen: boolean, words: Words): HTMLLIElement {
  const item = document.createElement("li")
  const button = document.createElement("button")
  button.type = "button"
  button.className = "presence__more"
  button.dataset["more"] = ""
  button.setAttribute("aria-expanded", String(isOpen))
  button.textContent = isOpen ? words("showFewer") : `+${others.length}`
  if (!isOpen) button.setAttribute("aria-label", words("showAll", { count: others.length }))
  item.append(button)
  return item
}
