"""Letters as mail: their words, their form, the relay, and what comes back.  Who gets one is decided elsewhere."""
