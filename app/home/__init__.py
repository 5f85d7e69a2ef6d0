"""The first page: what the product is, for a stranger; what waits, for somebody who is signed in."""
