"""What is said about a motion while it is written: comments on it, and proposals to change it."""
