// The first script of the page where a motion is written, so small that it is here before everything else: has the server
// send the text while the editor is still on its way.

import { lineTo, openEarly } from "../page/early-line.ts"

const { document: documentId } = document.querySelector<HTMLElement>("script[data-document]")!.dataset
if (documentId && navigator.onLine) openEarly(lineTo(documentId))
