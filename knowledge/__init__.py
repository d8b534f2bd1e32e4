"""What Tandem knows out of the box: guides, glossary, helplines, safety phrases. Data only."""
