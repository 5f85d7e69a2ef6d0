"""The recipient's own Word document, into which its motions are written."""
