"""A district to try things out in, made through the same actions that people's clicks call."""
