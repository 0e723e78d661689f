"""The first page, and the address that tells whether the server is well."""
