"""What is inside a file, kind by kind: run in a child process (``documents.inspect_child``), never in the portal's own.

Each module raises ``Found`` at the first thing that is not accepted.  None
opens a network connection or runs anything of a file; what a library finds to
raise about a hostile file is the child's to catch.
"""
