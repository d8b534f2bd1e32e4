"""The parts of the pages that show a run or a comparison (`evals.report`)."""
