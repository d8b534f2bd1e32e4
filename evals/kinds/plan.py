"""A wish for a session plan, and changes of it by talking."""

from evals.kinds.kind import Kind

KIND = Kind(
    asks=("plan",),
    metrics=(
        "constraints",
        "minutes_add_up",
        "items_cited",
        "no_repeat",
        "within_limits",
        "plan_language",
        "change_done",
        "rest_untouched",
        "seconds",
    ),
    main="constraints",
)
