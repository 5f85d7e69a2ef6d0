import "./dom.ts"
import assert from "node:assert/strict"
import { test } from "node:test"
import { DOMParser as ProseParser, Fragment, Slice, type Schema } from "prosemirror-model"
import { cleanHtml, demandLines, isDemand, pastedLink, takeDemands, withoutMarker } from "../editor/paste.ts"
import { bodySchema, demandSchema, safeHref } from "../editor/schema.ts"

/** What ProseMirror makes of clipboard HTML, after it has been cleaned. */
function pasted(html: string, schema: Schema = bodySchema): Slice {
  const holder = document.createElement("div")
  holder.innerHTML = cleanHtml(html)
  return ProseParser.fromSchema(schema).parseSlice(holder)
}

const WORD = `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style></head><body>
<!--StartFragment--><h1>Bättre bussar<o:p></o:p></h1>
<p class=MsoNormal>Bussen går <b>sällan</b> och <i style='mso-bidi-font-style:normal'>sent</i>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol;mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;</span></span><![endif]>Ungdomar missar träning<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp;</span></span><![endif]>Äldre avstår från vård<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>att kommunen inför timmestrafik</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>2.<span>&nbsp;</span></span>att resor till vården blir fria</p>
<!--EndFragment--></body></html>`

test("Word's paragraphs that look like lists become lists", () => {
  const { content } = pasted(WORD)
  const kinds: string[] = []
  content.forEach((node) => kinds.push(node.type.name))
  assert.deepEqual(kinds, ["heading", "paragraph", "bullet_list", "ordered_list"])
  assert.equal(content.child(2).textContent, "Ungdomar missar träningÄldre avstår från vård")
  assert.equal(content.child(2).childCount, 2)
  assert.deepEqual(content.child(1).toJSON(), {
    type: "paragraph",
    content: [
      { type: "text", text: "Bussen går " },
      { type: "text", marks: [{ type: "strong" }], text: "sällan" },
      { type: "text", text: " och " },
      { type: "text", marks: [{ type: "em" }], text: "sent" },
      { type: "text", text: "." },
    ],
  })
})

test("the demands at the end of a motion from Word are found", () => {
  const { rest, demands } = takeDemands(pasted(WORD))
  assert.deepEqual(demands, ["att kommunen inför timmestrafik", "att resor till vården blir fria"])
  assert.equal(rest.content.childCount, 3)
})

test("Google's bold that is not bold is not bold, and its spans are", () => {
  const { content } = pasted(
    '<b style="font-weight:normal;" id="docs-internal-guid-1"><p><span style="font-weight:400">Vanlig </span><span style="font-weight:700">fet</span><span style="font-style:italic"> kursiv</span></p></b>',
  )
  assert.deepEqual(content.toJSON(), [
    {
      type: "paragraph",
      content: [
        { type: "text", text: "Vanlig " },
        { type: "text", marks: [{ type: "strong" }], text: "fet" },
        { type: "text", marks: [{ type: "em" }], text: " kursiv" },
      ],
    },
  ])
})

test("LibreOffice's lists and headings keep their structure", () => {
  const { content } = pasted(
    '<h2 class="western">Bakgrund</h2><ul><li><p style="margin-bottom: 0cm">ett</p></li><li><p>två</p></li></ul>',
  )
  assert.equal(content.child(0).attrs["level"], 2)
  assert.equal(content.child(1).type.name, "bullet_list")
  assert.equal(content.child(1).childCount, 2)
})

test("a heading that was copied here keeps its level", () => {
  assert.equal(pasted('<h3 data-level="2">Bakgrund</h3>').content.child(0).attrs["level"], 2)
  assert.equal(pasted('<h4 data-level="3">Förslag</h4>').content.child(0).attrs["level"], 3)
  assert.equal(pasted("<h4>Förslag</h4>").content.child(0).attrs["level"], 3)
})

test("nothing that runs, loads or hides comes in", () => {
  const { content } = pasted(
    '<p onclick="x()">text<script>alert(1)</script><img src=x onerror=alert(1)><style>p{}</style><a href="javascript:alert(1)">ond</a><a href="https://ok.se">god</a><iframe src="//x"></iframe><span hidden>dold</span></p>',
  )
  const json = JSON.stringify(content.toJSON())
  assert.doesNotMatch(json, /alert|onclick|javascript|iframe|dold|script/)
  assert.match(json, /"href":"https:\/\/ok.se"/)
  assert.match(json, /ond/)
})

test("a table comes in as lines", () => {
  const { content } = pasted("<table><tr><td>År</td><td>Bussar</td></tr><tr><td>2024</td><td>12</td></tr></table>")
  assert.deepEqual(
    content.toJSON().map((node: { content: { text: string }[] }) => node.content[0]!.text),
    ["År · Bussar", "2024 · 12"],
  )
})

test("several lines pasted into a demand become several demands, without markers", () => {
  const slice = pasted("<p>1. att ett</p><p></p><p>– att två</p><p>tre</p>", demandSchema)
  assert.deepEqual(demandLines(slice), ["att ett", "att två", "tre"])
})

test("lines within one paragraph are demands of their own", () => {
  assert.deepEqual(demandLines(pasted("<p>att ett<br>att två</p>", demandSchema)), ["att ett", "att två"])
})

test("one att alone in the body stays there", () => {
  const slice = pasted("<p>Vi vill</p><p>att bussen går</p>")
  assert.deepEqual(takeDemands(slice), { rest: slice, demands: [] })
})

test("att within a text is not a demand", () => {
  const slice = pasted("<p>att ett</p><p>att två</p><p>Tack!</p>")
  assert.deepEqual(takeDemands(slice).demands, [])
})

test("nothing but demands leaves nothing for the body", () => {
  const { rest, demands } = takeDemands(pasted("<ul><li>att ett</li><li>att två</li></ul>"))
  assert.deepEqual(demands, ["att ett", "att två"])
  assert.equal(rest.size, 0)
})

test("demands are told by their att, whatever stands before it", () => {
  for (const line of ["att a", "Att a", "1. att a", "2) att a", "- att a", "• att a", "a) att a"]) assert.ok(isDemand(line), line)
  for (const line of ["attityd", "att", "", "Vi yrkar att a", "10 bussar"]) assert.ok(!isDemand(line), line)
  assert.equal(withoutMarker("12. att a"), "att a")
  assert.equal(withoutMarker("- "), "-")
  assert.equal(withoutMarker("2024 var ett år"), "2024 var ett år")
})

test("an address alone is a link, an address in a sentence is text", () => {
  assert.equal(pastedLink("https://example.se/x"), "https://example.se/x")
  assert.equal(pastedLink("mailto:bo@example.se"), "mailto:bo@example.se")
  assert.equal(pastedLink("se https://example.se"), null)
  assert.equal(pastedLink("javascript:alert(1)"), null)
  assert.equal(safeHref("HTTPS://EXAMPLE.se"), "HTTPS://EXAMPLE.se")
  for (const bad of ["data:text/html,x", "ftp://x", "//x", "/x", "", 3, null]) assert.equal(safeHref(bad), null)
  assert.equal(safeHref("https://" + "a".repeat(2000)), null)
})

test("an empty slice holds no demands", () => {
  assert.deepEqual(takeDemands(new Slice(Fragment.empty, 0, 0)).demands, [])
})
