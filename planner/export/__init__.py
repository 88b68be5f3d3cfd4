"""Exporters: renderings of the one goal table; none of them recomputes it (§14)."""
