"""Mail: what it says, in the reader's language, and how it reaches a mail server."""
