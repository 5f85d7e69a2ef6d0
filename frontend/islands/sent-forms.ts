// <form data-closes> in a <details>: when what it sent has been taken, it is empty and closed again.

interface Sent {
  ctx: { sourceElement: Element; response: { status: number } }
}

export function closeSent(event: Event): void {
  const { sourceElement: form, response } = (event as CustomEvent<Sent>).detail.ctx
  if (!(form instanceof HTMLFormElement) || !("closes" in form.dataset) || response.status >= 400) return
  form.reset()
  const details = form.closest("details")
  if (!details) return
  details.open = false
  details.querySelector("summary")?.focus()
}
