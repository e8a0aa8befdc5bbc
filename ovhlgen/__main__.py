"""`python -m ovhlgen`, and the console script."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command line; no error of any kind ends in a bare traceback."""
    from ovhlgen.cli.entry import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
