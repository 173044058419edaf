// Package config is callboard.yaml: what it may say, its defaults, and where
// each thing was said. It is strict: a key that means nothing is an error with
// a suggestion, because a typo in a configuration is otherwise found weeks
// later.
//
// The struct Config is the only description there is. Its yaml tags are the
// keys, its doc comments the text of the reference and of the JSON Schema, and
// the other tags what a value must be: `oneof` lists the words that may stand
// there, `form` names a form (see forms), `required` marks a key that must be
// there. Load, the schema and the reference page all come from it.
package config

// Config is callboard.yaml. The yaml tag of a field is its key in the file, the
// doc comment its text in the generated reference and JSON Schema.
type Config struct {
	// Title is the portal's name, shown in the bar and in page titles.
	Title string `yaml:"title" form:"line"`
	// Description is one sentence about the portal, shown on the home page.
	Description string `yaml:"description"`
	// BaseURL is the public address of the portal, or only its path. Its path is
	// put before every link, so a portal may live below a prefix.
	BaseURL string `yaml:"baseUrl" form:"base"`
	// Sources are where repositories come from. Without any, the directory of
	// callboard.yaml is the only source.
	Sources []Source `yaml:"sources"`
	// Locations are further catalog files: paths or globs relative to
	// callboard.yaml.
	Locations []Location `yaml:"locations"`
	// Catalog says which files are catalog files.
	Catalog Catalog `yaml:"catalog"`
	// Docs are settings of the documentation.
	Docs Docs `yaml:"docs"`
	// Theme are settings of the look.
	Theme Theme `yaml:"theme"`
	// StaleAfter is the age, such as "24h", from which on readers see a notice
	// that the portal is old.
	StaleAfter string `yaml:"staleAfter" form:"duration"`
}

// Source is a directory with one repository or many.
type Source struct {
	// Dir is the directory, relative to callboard.yaml.
	Dir string `yaml:"dir" form:"line" required:"true"`
	// Repositories says what the directory holds: "one" repository, "many"
	// (each subdirectory is one), or "auto" to find out.
	Repositories string `yaml:"repositories" oneof:"auto one many"`
	// WebURL is the address of the repository at its host, for links to the
	// source. With many repositories, {name} stands for the name of each. It is
	// taken from the git remote when not set.
	WebURL string `yaml:"webUrl" form:"address"`
	// Branch is the branch that source links point to.
	Branch string `yaml:"branch" form:"line"`
}

// Location is a catalog file that is named rather than found.
type Location struct {
	// Type is "file".
	Type string `yaml:"type" oneof:"file"`
	// Target is a path, a directory or a glob, relative to callboard.yaml.
	Target string `yaml:"target" form:"glob" required:"true"`
}

// Catalog says which files of a repository are catalog files.
type Catalog struct {
	// Files are glob patterns of catalog files, relative to each repository.
	Files []string `yaml:"files" form:"glob"`
	// Ignore are glob patterns of files and directories that are not looked at.
	Ignore []string `yaml:"ignore" form:"glob"`
}

// Docs are settings of the documentation.
type Docs struct {
	// Auto makes a documentation set of every mkdocs.yml beside a catalog file
	// whose entity has no backstage.io/techdocs-ref annotation.
	Auto bool `yaml:"auto"`
	// Profile is the Markdown dialect used where mkdocs.yml names none:
	// "techdocs" or "gfm".
	Profile string `yaml:"profile" oneof:"techdocs gfm"`
}

// Theme are settings of the look.
type Theme struct {
	// Dir is a directory whose files replace files of the default theme.
	Dir string `yaml:"dir" form:"line"`
	// Brand is the colour of the mark, as a hexadecimal CSS colour.
	Brand string `yaml:"brand" form:"colour"`
	// Nav chooses and orders the entries of the main navigation.
	Nav []NavItem `yaml:"nav"`
}

// NavItem is an entry of the main navigation.
type NavItem struct {
	// Title is the text of the entry.
	Title string `yaml:"title" form:"line" required:"true"`
	// URL is a path of the portal, such as /catalog/, or an absolute address.
	URL string `yaml:"url" form:"link" required:"true"`
}

// Default is the configuration of a portal whose callboard.yaml is empty.
func Default() *Config {
	return &Config{
		Title:      "Callboard",
		BaseURL:    "/",
		Catalog:    Catalog{Files: []string{"**/catalog-info.yaml", "**/catalog-info.yml", "**/.backstage/*.yaml", "**/.backstage/*.yml"}, Ignore: []string{"**/.git", "**/node_modules", "**/vendor", "**/.terraform", "**/testdata"}},
		Docs:       Docs{Auto: true, Profile: "techdocs"},
		StaleAfter: "24h",
	}
}

// fill gives the entries of lists, which Default cannot hold, their defaults.
func (c *Config) fill() {
	for i := range c.Sources {
		if c.Sources[i].Repositories == "" {
			c.Sources[i].Repositories = "auto"
		}
	}
	for i := range c.Locations {
		if c.Locations[i].Type == "" {
			c.Locations[i].Type = "file"
		}
	}
}
