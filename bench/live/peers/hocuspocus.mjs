// node hocuspocus.mjs PORT FOLDER: Hocuspocus as it comes, with its SQLite extension.

import { SQLite } from "@hocuspocus/extension-sqlite"
import { Server } from "@hocuspocus/server"

const [port, folder] = process.argv.slice(2)
const extensions = [new SQLite({ database: `${folder}/documents.sqlite` })]
await new Server({ port: Number(port), address: "127.0.0.1", quiet: true, extensions }).listen()
