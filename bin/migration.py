#!/usr/bin/env python3
"""Writes the migration from the newest one to what the models describe now, for its author to read and correct.

bin/migration.py "motions get a place on the agenda"
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

from alembic import command

from app.kit import clock
from app.kit.db import sqlite_url
from app.migrate import config, upgrade

#: What Alembic's table takes.
LONGEST = 32


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("purpose", help="what it is for, in a few words: becomes the name of the file")
    purpose: str = parser.parse_args().purpose
    slug = f"{clock.now():%Y%m%d}_{re.sub(r'[^a-z0-9]+', '_', purpose.lower())}"[:LONGEST].strip("_")
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder))
        upgrade(url)
        settings = config(url)
        settings.set_main_option("file_template", "%%(rev)s")  # doubled: one % begins a word to be filled in
        command.revision(settings, message=f"{purpose[:1].upper()}{purpose[1:]}.", rev_id=slug, autogenerate=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
