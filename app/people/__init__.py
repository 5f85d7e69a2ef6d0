"""People: sign-in links, sessions, guests, API tokens."""
