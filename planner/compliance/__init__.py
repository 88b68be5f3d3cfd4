"""Rules to rows, rows to verdicts: the one system a goal table is held against."""
