"""Reading documents that somebody made elsewhere. Everything here arrives from strangers and is bounded."""
