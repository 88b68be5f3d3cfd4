"""Exact numbers, findings, closed YAML and safe files: what knows no cluster."""
