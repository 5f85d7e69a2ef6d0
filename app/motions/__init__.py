"""Motions: who writes them, how far they are open, what they look like to the rest of the house."""
