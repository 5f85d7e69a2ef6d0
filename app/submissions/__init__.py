"""Handing in a motion: the text is locked, and a receipt says when, how it read and whether it came late."""
