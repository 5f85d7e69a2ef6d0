"""Which other motions are on the same theme, and why: a pure engine, and what feeds it and shows what it finds."""

import os

# Read by numpy when it is first imported, below this package only. One thread: matching works beside the rooms where
# people write, and is not to take their cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
