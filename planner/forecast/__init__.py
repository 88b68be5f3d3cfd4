"""How likely the targets are: simulated years that the same rows judge."""
