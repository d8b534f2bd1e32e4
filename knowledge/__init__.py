"""What Tandem knows out of the box: built-in guides, glossary, helplines, safety phrases. Data only."""
