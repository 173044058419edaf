package config

// Pattern is the pattern of a form, for the schema.
func Pattern(form string) string { return formOf(form).pattern }
