package pymarkdown

// registerPatterns registers Python-Markdown's own inline patterns.
func registerPatterns(d *Dialect) {}
