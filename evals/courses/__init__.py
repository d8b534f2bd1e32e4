"""Knowledge checks before and after a course for mentors, and what a group has learned."""

from evals.courses.checks import Check, CourseError, Item, find_check, read_check
from evals.courses.cohorts import Cohort, Figures, TooFew, cohort, sentence
from evals.courses.course import Course, form_for
from evals.courses.forms import Form, Marked, MarkedItem, mark, parallel_forms

__all__ = [
    "Check",
    "Cohort",
    "Course",
    "CourseError",
    "Figures",
    "Form",
    "Item",
    "Marked",
    "MarkedItem",
    "TooFew",
    "cohort",
    "find_check",
    "form_for",
    "mark",
    "parallel_forms",
    "read_check",
    "sentence",
]
