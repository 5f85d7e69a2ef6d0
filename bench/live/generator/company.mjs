// Others who have the motion open beside the browser that is measured: carets that stand in the text, and one who types.

import { Participant, Y, joinAll, paragraphOf } from "./participant.mjs"

/** Takes rooms, present, and rate (keystrokes/s of the last of them in the first paragraph; 0: nobody types). Says {"here": n} and stays. */
export async function company({ rooms: [room], present, rate }) {
  const people = Array.from({ length: present }, (_, i) => new Participant(room, { name: `Deltagare ${i}` }))
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
