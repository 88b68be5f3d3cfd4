"""Files and filled forms to frozen records, every fault with its place."""
