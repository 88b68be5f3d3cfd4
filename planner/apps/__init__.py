"""The page and the command line: they hold no rule."""
