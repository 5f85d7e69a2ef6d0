// htmx with server-sent events, unable to run code that is written in attributes: the content security policy refuses
// it anyway, and what is refused here says so where it stands.

import "./htmx-settings.ts"
import htmx from "htmx.org"
import "htmx.org/dist/ext/hx-sse.js"

function refuse(): never {
  throw new Error("Code in attributes (hx-on, js:, trigger filters) is not run. Write an island instead.")
}

interface Internals {
  initSecurity(policy: null, plain: unknown, asynchronous: unknown): void
}

htmx.registerExtension("no-code", {
  init: (internals: Internals) => internals.initSecurity(null, refuse, refuse),
})
