"""The app: a session over one immutable plan, and the views that show it (§14)."""
