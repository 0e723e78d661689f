"""The main database: everything except answers."""
