"""A call for motions: recipient, deadline, template."""
