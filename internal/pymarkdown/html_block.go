package pymarkdown

// htmlBlocks stashes blocks of raw HTML.
func htmlBlocks(_ *Document, lines []string) []string { return lines }
