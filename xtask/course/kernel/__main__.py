"""Starts the kernel; the package's page says how it is called."""

import sys

from .relay import main

sys.exit(main(*sys.argv[1:]))
