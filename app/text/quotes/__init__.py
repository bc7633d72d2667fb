"""Who says what: quotations, their extents, types and speakers."""
