"""Messages by what they wish of a plan or are about, and how sorters are trained on them."""
