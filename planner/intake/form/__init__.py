"""A Word form read and located: the document, its fields, how their values are phrased."""
