"""Mail: one port, sent over SMTP, or kept in memory where the demo shows it on a page."""
