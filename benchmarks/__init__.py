"""Measurements, each as ratios within one run: ``python -m benchmarks.NAME``."""

import os

# As the command line sets it, before numpy is read; peers in the same process have one thread as well.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
