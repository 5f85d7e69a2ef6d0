"""Associations stand behind motions: asked, intending, decided; always for the text that they decided on."""
