"""How much of what strangers send is taken in. Each limit is far above what people and their editors make."""

#: Bytes of one update. A frame of 1 MiB is always taken; a client that was away for long may send more at once.
MAX_UPDATE_BYTES = 2 * 1024 * 1024
#: Structs in one update: a document that was typed with 260,000 keystrokes comes as some 11,000 of them.
MAX_STRUCTS = 50_000
#: Shared types (elements, texts, maps) in one update.
MAX_TYPES = 20_000
#: Shared types that are alive in a document.
MAX_DOCUMENT_TYPES = 100_000
#: Ranges of deletions in one update.
MAX_DELETIONS = 100_000
#: Clients whose structs come in one update. Each person is a new client at each visit.
MAX_CLIENTS = 2_000
#: Clients that a document can have had in all; each takes some bytes of every state vector.
MAX_DOCUMENT_CLIENTS = 50_000
#: Types inside types, across the whole document: the engine walks them on the native stack, which 26,000 overflow.
MAX_DEPTH = 64
#: Lists and maps inside a value (the value of an attribute or a mark).
MAX_VALUE_DEPTH = 64
#: Bytes of marks, attributes and other values in one update. They are read one by one.
MAX_VALUE_BYTES = 512 * 1024
#: Names at the top of a document; the schema has four.
MAX_ROOTS = 32
#: Characters of the name of a root.
MAX_NAME = 100
#: Bytes of a whole document as it is encoded. 4 MiB are always taken.
MAX_DOCUMENT_BYTES = 5 * 1024 * 1024
#: Bytes of a state vector.
MAX_STATE_VECTOR_BYTES = 1024 * 1024
#: Seconds of processor time that an update may cost, and what each of its structs and deletions adds to that. One that
#: comes from an editor costs a hundredth of it; one made to let the engine search could cost hours.
MAX_SECONDS = 0.3
MAX_SECONDS_EACH = 0.000_01
#: Clocks are 31 bits and client ids 53, as Yjs has them.
MAX_CLOCK = 2**31 - 1
MAX_CLIENT = 2**53 - 1
