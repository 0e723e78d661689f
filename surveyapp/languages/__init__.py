"""Catalogues and formats of the languages the product speaks."""
