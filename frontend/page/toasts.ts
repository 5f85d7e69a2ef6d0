// Short messages at the foot of the page, some with a way back. They wait while one points at them or is in them.

export interface ToastAction {
  label: string
  act: () => void
}

const SHOWN = 10_000

export class Toasts {
  readonly #region: HTMLElement

  constructor(region: HTMLElement) {
    this.#region = region
  }

  show(message: string, action?: ToastAction): void {
    const toast = document.createElement("div")
    toast.className = "toast"
    const text = document.createElement("span")
    text.textContent = message
    toast.append(text)
    let timer = 0
    const close = (): void => {
      clearTimeout(timer)
      toast.remove()
    }
    if (action) {
      const button = document.createElement("button")
      button.type = "button"
      button.className = "toast__action"
      button.textContent = action.label
      button.addEventListener("click", () => {
        close()
        action.act()
      })
      toast.append(button)
    }
    const start = (): void => {
      clearTimeout(timer)
      timer = window.setTimeout(() => {
        if (toast.matches(":hover, :focus-within")) start()
        else close()
      }, SHOWN)
    }
    this.#region.append(toast)
    // Two are enough to read; older ones give way.
    while (this.#region.children.length > 2) this.#region.firstElementChild?.remove()
    start()
  }
}

/** The page's region for toasts, made when the page has none. */
export function toastsOf(page: Document): Toasts {
  let region = page.querySelector<HTMLElement>(".toasts")
  if (!region) {
    region = page.createElement("div")
    region.className = "toasts"
    page.body.append(region)
  }
  region.setAttribute("role", "status")
  return new Toasts(region)
}
