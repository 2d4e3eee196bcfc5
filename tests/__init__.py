"""The tests: real engines, real database, real object store; nothing of our own is mocked."""
