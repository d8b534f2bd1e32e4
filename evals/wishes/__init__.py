"""Messages that ask to change a plan, and how the reader of such wishes is trained on them."""
