#!/usr/bin/env python3
"""Writes the migration from the newest one to what the models describe now, for its author to read and correct.

bin/migration.py "motions get a place on the agenda"
"""

import argparse
import sys
import tempfile
from pathlib import Path

from alembic import command

from app.kit.db import sqlite_url
from app.migrate import config, upgrade


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("purpose", help="what it is for, in a few words: becomes the name of the file")
    purpose: str = parser.parse_args().purpose
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder))
        upgrade(url)
        settings = config(url)
        # Doubled, since the configuration fills in what one % begins.
        settings.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
        command.revision(settings, message=purpose, autogenerate=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
