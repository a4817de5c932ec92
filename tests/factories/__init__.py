"""Rows for tests. Each factory makes the least that is true; a test says only what it is about."""
