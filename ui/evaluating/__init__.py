"""The trainer's view: suites, runs, ratings, comparisons, cases from chats."""
