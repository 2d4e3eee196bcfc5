"""How fast the pages are, with few and with many applications: ``make bench``.  No part of the test suite."""
