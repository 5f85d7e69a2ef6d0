"""The HTTP API's view of a whole motion, which takes several rooms of the house to answer (docs/adr/)."""
