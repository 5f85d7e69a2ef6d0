// A plain client from npm, as anybody would write one: connects, says what it reads, writes what it is told.
//
//   node y-websocket.mjs SERVER DOCUMENT TICKET
//
// Standard input: lines of JSON, {"title": "…"} writes at the end of the title, {"schema": 2} says which shape the text
// has, {"quit": true} leaves.
// Standard output: a line of JSON whenever the text is another: {"title": "…", "body": "…", "demands": ["…"]}.
import { createRequire } from "node:module"
import { createInterface } from "node:readline"

const require = createRequire(new URL("../../frontend/package.json", import.meta.url))
const Y = require("yjs")
const { WebsocketProvider } = require("y-websocket")

const [server, room, ticket] = process.argv.slice(2)
const doc = new Y.Doc()
const title = doc.getText("title")
const body = doc.getXmlFragment("body")
const demands = doc.getMap("demands")
const provider = new WebsocketProvider(server, room, doc, { params: { token: ticket }, disableBc: true })

const words = (node) =>
  node instanceof Y.XmlText ? node.toDelta().map((part) => part.insert).join("") : node.toArray().map(words).join(" ")
let said = ""
const say = () => {
  const alive = [...demands.values()].filter((demand) => demand.get("deleted") !== true)
  const text = JSON.stringify({
    title: title.toString(),
    body: words(body),
    demands: alive.sort((a, b) => (a.get("pos") < b.get("pos") ? -1 : 1)).map((demand) => words(demand.get("text"))),
  })
  if (provider.synced && text !== said) process.stdout.write((said = text) + "\n")
}
provider.on("sync", say)
doc.on("update", say)

createInterface({ input: process.stdin }).on("line", (line) => {
  const told = JSON.parse(line)
  if (told.title) title.insert(title.length, told.title)
  if (told.schema) doc.getMap("meta").set("schema", told.schema)
  if (told.quit) {
    provider.destroy()
    process.exit(0)
  }
})
