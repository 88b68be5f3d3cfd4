"""From rows to a goal table, and what to do when none holds."""
