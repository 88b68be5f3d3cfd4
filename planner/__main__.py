"""``python -m planner``: the command line, where the command ``planner`` is on no path."""

import sys

from planner.apps.cli.main import main

sys.exit(main())
