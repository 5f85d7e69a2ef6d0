// On the page of a motion that is written: does not wait for the editor to say that somebody is here.

import { lineTo, openEarly } from "../page/early-line.ts"

const documentId = document.querySelector<HTMLElement>("main#motion")?.dataset["document"]
if (documentId && navigator.onLine) openEarly(lineTo(documentId))
