"""Live rooms: what several people write at once in one document, durable before anyone sees it. No SQL here."""
