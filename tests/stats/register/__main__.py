"""Print the table of the documentation."""

import sys

from tests.stats.register import rows

sys.stdout.write("\n".join(rows()) + "\n")
