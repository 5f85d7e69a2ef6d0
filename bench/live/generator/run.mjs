// node run.mjs SCENARIO OPTIONS: runs it once, and prints what was found as one line of JSON, the last one.

import { company, places } from "./company.mjs"
import { read, typeUntilTheEnd } from "./crash.mjs"
import { fill, joinStorm } from "./join-storm.mjs"
import { plenary } from "./plenary.mjs"
import { typing } from "./typing.mjs"

const SCENARIOS = { company, places, plenary, fill, joinStorm, typeUntilTheEnd, typing, read }

const [scenario, options] = process.argv.slice(2)
const found = await SCENARIOS[scenario](JSON.parse(options))
process.stdout.write(JSON.stringify(found) + "\n", () => process.exit(0))
