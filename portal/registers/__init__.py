"""Registers outside the portal: asks them, and says what they answered.  Knows companies' numbers, never cases."""
