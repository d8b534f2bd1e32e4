"""A plan to take along: Markdown, plain text, a page to print, Word, PDF, a calendar event.

Each is a function of the same name in its module; all but the event take the meeting's start or
leave the clock at 0:00.
"""
