// Others in the motion that a browser is measured with: carets that stand in its text, one who types, and words that
// comments can be about.

import { Participant, Y, joinAll, paragraphOf } from "./participant.mjs"

/** Characters that a comment is about. */
const LENGTH = 30

/**
 * Takes rooms, sessions (the headers of each person who is there), and rate (keystrokes/s of the last of them in the first
 * paragraph; 0: nobody types). Says {"here": n} and stays.
 */
export async function company({ rooms: [room], sessions, rate }) {
  const present = sessions.length
  const url = room.url.replace(/&token=.*/, "")
  const people = sessions.map((headers) => new Participant({ ...room, url, headers }))
  const problems = await joinAll(people, present / 100)
  const typist = rate ? people.pop() : null
  people.forEach((each, i) => {
    const paragraphs = [...each.doc.getXmlFragment("body").createTreeWalker((node) => node instanceof Y.XmlText)]
    each.point(paragraphs[i % paragraphs.length])
  })
  typist?.point(paragraphOf(typist.doc))
  typist?.start(rate)
  process.stdout.write(JSON.stringify({ problems, here: present }) + "\n")
  await new Promise(() => setInterval(() => {}, 1000))
}

/** Places all over the body, as the editor gives them for a comment. Takes rooms and count. */
export async function places({ rooms: [room], count }) {
  const reader = await new Participant(room).join()
  const texts = [...reader.doc.getXmlFragment("body").createTreeWalker((node) => node instanceof Y.XmlText)]
  const at = (text, index, assoc) =>
    Buffer.from(Y.encodeRelativePosition(Y.createRelativePositionFromTypeIndex(text, index, assoc))).toString("base64")
  const found = Array.from({ length: count }, (_, i) => {
    const text = texts[i % texts.length]
    const from = (i * 37) % Math.max(1, text.length - LENGTH)
    return { from: at(text, from, 0), to: at(text, from + LENGTH, -1), quote: text.toString().slice(from, from + LENGTH) }
  })
  reader.leave()
  return { problems: [], places: found }
}
