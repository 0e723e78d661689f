"""The practice of learning from work: handing it over so that a miss is safe, in the open and worth something."""
