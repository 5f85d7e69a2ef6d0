"""News to open pages: a stream of signals, upon which a page asks again for the part that has changed."""
