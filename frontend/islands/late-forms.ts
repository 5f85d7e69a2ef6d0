// <details data-form="id" data-action="/where" data-text="what its field holds">: the form is made of the template with that
// id when the details are opened. Each time that a form is added, a browser that offers to fill in forms looks over every
// field on the page, and lays out the closed parts to do so: with two hundred threads nothing else happened for seconds.

import htmx from "htmx.org"

export function makeForm({ target: details }: Event): void {
  if (!(details instanceof HTMLDetailsElement) || !details.open) return
  const { form: id = "", action = "", text = "" } = details.dataset
  const template = document.getElementById(id)
  if (!(template instanceof HTMLTemplateElement)) return
  const form = template.content.firstElementChild!.cloneNode(true) as HTMLFormElement
  form.action = action
  form.setAttribute("hx-post", action)
  form.querySelector("textarea")!.defaultValue = text
  delete details.dataset["form"]
  details.append(form)
  htmx.process(form)
}
