"""From passages to an answer whose every statement names the passage it stands on."""
