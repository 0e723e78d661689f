"""A demonstration that needs no setting: an organisation that does not exist, with a year of waves and two of a log."""
