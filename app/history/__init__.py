"""How a motion came about: its versions, what differs between any two, and what is new since one was here last."""
