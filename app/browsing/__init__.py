"""Looking around among the motions that one may see: searching them, what is alike, their themes, the map of a call."""
