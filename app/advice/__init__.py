"""Advice on the demands of a motion while it is written: what may stand in a demand's way, why, and what to do."""
