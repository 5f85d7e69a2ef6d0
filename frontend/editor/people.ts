// The list of who is here. A click on somebody goes to where they write.

import { IDLE_AFTER, type Participant, type Presence } from "./presence.ts"
import type { Words } from "./strings.ts"

/** More than these are counted, and named in the last item. */
const SHOWN = 6

export function initials(name: string): string {
  const words = name.split(/[\s-]+/).filter(Boolean)
  const first = words[0] ?? "?"
  const last = words.length > 1 ? words.at(-1)! : ""
  return ([...first].slice(0, 1).join("") + [...last].slice(0, 1).join("")).toLocaleUpperCase("sv")
}

/** Keeps `list` true until the returned function is called. */
export function showPeople(list: HTMLElement, presence: Presence, words: Words, goTo: (client: number) => void): () => void {
  let shown = ""
  const paint = (): void => {
    const people = presence.everybody()
    const told = people.map((person) => [person.client, person.name, person.color, presence.isIdle(person)])
    if (shown === JSON.stringify(told)) return
    shown = JSON.stringify(told)
    const named = people.length > SHOWN ? people.slice(0, SHOWN - 1) : people
    const items = named.map((person) => personItem(person, presence.isIdle(person), words))
    const others = people.slice(named.length)
    if (others.length) {
      const more = document.createElement("li")
      more.className = "presence__more"
      const names = others.map(({ name }) => name).join(", ")
      more.title = names
      more.append(`+${others.length}`, hidden(names))
      items.push(more)
    }
    list.replaceChildren(...items)
  }
  const onClick = (event: MouseEvent): void => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-client]") : null
    if (button) goTo(Number(button.dataset["client"]))
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
  if (note) inside.append(hidden(` (${note})`))
  if (isIdle) item.dataset["idle"] = "true"
  inside.title = note ? `${person.name} (${note})` : person.name
  item.append(inside)
  return item
}

function hidden(text: string): HTMLElement {
  const element = document.createElement("span")
  element.className = "visually-hidden"
  element.textContent = text
  return element
}
