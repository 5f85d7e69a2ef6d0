"""Which other motions are on the same theme, and why: a pure engine, and what feeds it and shows what it finds."""
