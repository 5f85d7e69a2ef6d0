"""Who may do what: the actor, the table of permissions, and the one gate that everything asks."""
