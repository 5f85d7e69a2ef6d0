"""Motions out of the house and into it, as files."""
