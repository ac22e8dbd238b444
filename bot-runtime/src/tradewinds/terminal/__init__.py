"""What the commands for people share at a terminal: options, tables, progress.

It knows click and nothing of trading, so that every verb may use it and none has to import another.
"""
