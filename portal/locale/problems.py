"""What a form's reader is told of what she typed."""

Problem = tuple[str, str]
"""A field's id, and in the reader's language what is wrong there and what to do."""
Problems = tuple[Problem, ...]
"""In the order in which the fields stand, as an error summary lists them."""
