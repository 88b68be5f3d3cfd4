"""What may become of the indicators, and how likely the targets of a plan are to be met."""
