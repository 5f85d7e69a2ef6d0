"""The tree of associations, who belongs to them, and who may sign in their name."""
