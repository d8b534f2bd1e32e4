"""Text for chat models and guided journal prompts, by language: data, not Python strings."""
