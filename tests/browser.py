"""A real Chromium for the tests, and pages that fail their test when they complain or ask a stranger for anything."""
