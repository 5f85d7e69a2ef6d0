"""The shared text of a motion, without any network: the CRDT behind its fence, reading, editing, seeding, the store."""
