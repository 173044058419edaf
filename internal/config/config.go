// Package config is callboard.yaml: what it may say, its defaults, and where
// each thing was said. It is strict: a key that means nothing is an error with
// a suggestion, because a typo in a configuration is otherwise found weeks
// later.
//
// The struct Config is the only description there is. Its yaml tags are the
// keys, its doc comments the text of the reference and of the JSON Schema, and
// the other tags what a value must be: `oneof` lists the words that may stand
// there, `form` names a form (see forms), `required` marks a key that must be
// there, `default` is the value of a key in an entry of a list, `min` and `max`
// bound a number, `single` lets a list of one be written without the list, and
// `secret` takes the name of a variable and nothing else. Of the keys of a
// struct that are marked `choice` there must be exactly one; `with` names the
// choice that a key belongs to. Load, the schema and the reference page all come
// from it.
package config

import "cmp"

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
	// Include are app-config.yaml files of a Backstage, relative to callboard.yaml,
	// whose sources, locations, rules and names are taken, too. Later ones are
	// merged over earlier ones, and what callboard.yaml says counts before both.
	Include []string `yaml:"include" form:"line" single:"true"`
	// Sources are where repositories come from. Without any, the directory of
	// callboard.yaml is the only source.
	Sources []Source `yaml:"sources"`
	// Crawl says how hosts are asked and what is taken.
	Crawl Crawl `yaml:"crawl"`
	// Locations are further catalog files: paths or globs relative to
	// callboard.yaml.
	Locations []Location `yaml:"locations"`
	// Catalog says which files are catalog files.
	Catalog Catalog `yaml:"catalog"`
	// Kinds are kinds of entities of your own, beside those of Backstage.
	Kinds []Kind `yaml:"kinds"`
	// Derive says what entities are given that their files do not say.
	Derive Derive `yaml:"derive"`
	// Processors change entities after they have been read, in this order, and
	// after what derive says.
	Processors []Processor `yaml:"processors"`
	// Docs are settings of the documentation.
	Docs Docs `yaml:"docs"`
	// Search are settings of the search.
	Search Search `yaml:"search"`
	// Diagrams says what draws the diagrams of documentation that callboard does
	// not draw itself. Without it, their source is shown.
	Diagrams Diagrams `yaml:"diagrams"`
	// Lint says what is reported about catalog files.
	Lint Lint `yaml:"lint"`
	// Identity says how pages learn who is reading, to put their team forward.
	Identity Identity `yaml:"identity"`
	// Audiences say who may see what.
	Audiences Audiences `yaml:"audiences"`
	// Theme are settings of the look.
	Theme Theme `yaml:"theme"`
	// Markdown writes pages as Markdown, too, beside their HTML, and llms.txt: for
	// programs that read, such as agents.
	Markdown bool `yaml:"markdown"`
	// Publish says where callboard publish brings the portal, and how. Flags count
	// before it.
	Publish Publish `yaml:"publish"`
	// Interval is how often a schedule builds the portal, such as "6h". Readers and
	// monitoring are told that a run is overdue when there has been none for twice
	// as long, and an hour longer at least. It counts in place of staleAfter.
	Interval string `yaml:"interval" form:"duration"`
	// StaleAfter is the age, such as "24h", from which on readers see a notice
	// that the portal is old, if interval does not say what is usual.
	StaleAfter string `yaml:"staleAfter" form:"duration"`
}

// Location is a catalog file that is named rather than found.
type Location struct {
	// Type is "file", or "url" for a file at a Git host.
	Type string `yaml:"type" oneof:"file url"`
	// Target is a path, a directory or a glob, relative to callboard.yaml. With
	// type url it is the address of a file at its host, as a browser shows it, and
	// the file name may be a glob.
	Target string `yaml:"target" form:"glob" required:"true"`
}

// Catalog says which files of a repository are catalog files.
type Catalog struct {
	// Files are glob patterns of catalog files, relative to each repository.
	Files []string `yaml:"files" form:"glob"`
	// Ignore are glob patterns of files and directories that are not looked at.
	Ignore []string `yaml:"ignore" form:"glob"`
	// Importers are the formats of other catalogs whose files are read, too:
	// compass.yml, cortex.yaml, opslevel.yml, service.datadog.yaml and
	// entity.datadog.yaml, score.yaml. None is read unless it is named. What a
	// catalog file describes, too, is taken from there; among these formats, the
	// one named first counts.
	Importers []string `yaml:"importers" oneof:"compass cortex opslevel datadog score"`
}

// Kind is a kind of entities of an organisation's own.
type Kind struct {
	// Kind is the kind as catalog files spell it, such as Product.
	Kind string `yaml:"kind" form:"kind" required:"true"`
	// APIVersions are the values of apiVersion that are taken, such as
	// acme.example/v1. Without any, all are.
	APIVersions []string `yaml:"apiVersions" form:"line"`
	// Schema is a file with the JSON Schema of the whole entity, in JSON or YAML,
	// relative to callboard.yaml. "$ref": "Entity" in it stands for what all
	// entities have in common.
	Schema string `yaml:"schema" form:"line"`
	// Title is the word for one entity of the kind. It is the kind when not set.
	Title string `yaml:"title" form:"line"`
	// Plural is the word for several. It is the title with an s when not set.
	Plural string `yaml:"plural" form:"line"`
	// Icon is the name of an icon of the theme, such as package.
	Icon string `yaml:"icon" form:"icon"`
	// References are the fields of the spec that name other entities.
	References []Reference `yaml:"references"`
}

// Reference is a field of a kind's spec that names other entities.
type Reference struct {
	// Field is the key in the spec. Dots lead into mappings, as in owners.lead;
	// lists are gone through item by item.
	Field string `yaml:"field" form:"line" required:"true"`
	// Relation is the type of the relation from this entity to the other, such as
	// ownedBy, partOf, dependsOn or one of your own.
	Relation string `yaml:"relation" form:"relation" required:"true"`
	// Inverse is the type of the relation from the other entity to this one. It
	// must be set for a relation that is not one of Backstage's.
	Inverse string `yaml:"inverse" form:"relation"`
	// Kind is the kind that is meant where the reference names none, such as
	// Group. Without it, references must name their kind.
	Kind string `yaml:"kind" form:"kind"`
}

// Docs are settings of the documentation.
type Docs struct {
	// Auto makes a documentation set of every mkdocs.yml beside a catalog file
	// whose entity has no backstage.io/techdocs-ref annotation.
	Auto bool `yaml:"auto"`
	// Profile is the Markdown dialect used where mkdocs.yml names none:
	// "techdocs" or "gfm".
	Profile string `yaml:"profile" oneof:"techdocs gfm"`
	// History is what pages tell of their files' history in git, where the
	// repository is a checkout on this machine: when they were changed last and by
	// whom ("authors"), when alone ("dates"), or "none".
	History string `yaml:"history" oneof:"authors dates none"`
	// Frames are the hosts whose pages may be shown in frames (iframe) of
	// documentation, such as www.example.com or *.example.com. Frames of others
	// become links.
	Frames []string `yaml:"frames" form:"hosts"`
}

// Search are settings of the search.
type Search struct {
	// Code is the search in source code.
	Code CodeSearch `yaml:"code"`
	// Synonyms are groups of words that mean the same to the portal's readers, such
	// as "vessel, boat": who asks for one finds the others. Each is of at most three
	// words, of which a-b-c has three, too, and camelCase two. Those that are usual
	// among who writes of software are known. There may be 1,000 groups.
	Synonyms []string `yaml:"synonyms" form:"line"`
}

// CodeSearch says in which source code readers can search. Whoever can read the
// portal can read the code that is in the index.
type CodeSearch struct {
	// Enabled makes an index of source code. Without it, there is none, and crawls
	// take no code.
	Enabled bool `yaml:"enabled"`
	// Repositories are glob patterns of the names of the repositories whose code is
	// in the index. Without any, all are.
	Repositories []string `yaml:"repositories" form:"glob" single:"true"`
	// Ignore are glob patterns of files and directories that are left out of the
	// index, relative to each repository.
	Ignore []string `yaml:"ignore" form:"glob"`
}

// Diagrams says what draws the diagrams that callboard does not draw itself.
type Diagrams struct {
	// PlantUML is the program that draws code blocks marked plantuml, such as
	// [plantuml, -tsvg, -pipe].
	PlantUML DiagramTool `yaml:"plantuml"`
	// Graphviz is the program that draws code blocks marked dot or graphviz, such as
	// [dot, -Tsvg].
	Graphviz DiagramTool `yaml:"graphviz"`
	// D2 is the program that draws code blocks marked d2, such as [d2, "-", "-"].
	D2 DiagramTool `yaml:"d2"`
	// Kroki is a server that draws what no program above does, and the other
	// languages that Kroki knows. It is sent the source of the diagrams.
	Kroki Kroki `yaml:"kroki"`
}

// DiagramTool is a program that draws: the source is on its standard input, and it
// writes an SVG to its standard output.
type DiagramTool struct {
	// Command is the program and its arguments. A program with a slash in its name
	// is a path relative to callboard.yaml.
	Command []string `yaml:"command" form:"line"`
	// Timeout is how long a diagram may take.
	Timeout string `yaml:"timeout" form:"duration"`
	// Memory is how much memory the program and those that it starts may take
	// together.
	Memory string `yaml:"memory" form:"size"`
}

// Kroki is a server that draws diagrams: https://kroki.io.
type Kroki struct {
	// URL is its address, such as https://kroki.acme.example.
	URL string `yaml:"url" form:"address"`
	// Timeout is how long a diagram may take.
	Timeout string `yaml:"timeout" form:"duration"`
}

// Derive says what entities are given that their files do not say. What a file
// says always stands.
type Derive struct {
	// Annotations gives entities the annotations that follow from their
	// repository: where their source is, how to view and edit their file, and the
	// repository's slug at its host.
	Annotations bool `yaml:"annotations"`
	// Codeowners says what is done where a file names no owner and the
	// repository's CODEOWNERS file knows one: "propose" it in a finding, "apply"
	// it, or nothing ("off").
	Codeowners string `yaml:"codeowners" oneof:"propose apply off"`
	// Owner are owners of entities that name none; the first entry that fits
	// counts.
	Owner []Fallback `yaml:"owner"`
	// Lifecycle are lifecycles of components and APIs that name none; the first
	// entry that fits counts.
	Lifecycle []Fallback `yaml:"lifecycle"`
	// Topics gives the topics of a repository as tags to its components, APIs,
	// resources, systems and templates, where its host tells them.
	Topics bool `yaml:"topics"`
}

// Fallback is a value for the entities that it fits. Without conditions, it fits
// all.
type Fallback struct {
	// Value is the value, such as group:payments or production.
	Value string `yaml:"value" form:"line" required:"true"`
	// Repositories are glob patterns of the names of repositories.
	Repositories []string `yaml:"repositories" form:"glob"`
	// Files are glob patterns of catalog files, relative to their repository.
	Files []string `yaml:"files" form:"glob"`
	// Kinds are kinds of entities.
	Kinds []string `yaml:"kinds" form:"line"`
	// When is a jq expression that must hold.
	When string `yaml:"when"`
}

// Processor changes entities. It has a name, may have conditions, and does one
// of four things: it sets fields (set, annotations, labels, tags, owner,
// lifecycle), transforms the whole entity (jq), leaves it out (drop), or asks a
// program (exec).
type Processor struct {
	// Name is what findings and callboard explain call the processor.
	Name string `yaml:"name" form:"line" required:"true"`
	// When is a jq expression over the entity; the processor is for those for
	// which it holds. Without one, it is for all.
	When string `yaml:"when"`
	// Files are patterns of files that expressions find in $files, by their path,
	// and programs in their requests: relative to the repository, or to the
	// catalog file if they begin with "./".
	Files []string `yaml:"files" form:"glob"`
	// Set gives fields values: a path such as .spec.type, and a jq expression
	// over the entity as it was before. An expression that gives nothing leaves
	// the field as it is.
	Set map[string]string `yaml:"set"`
	// Annotations are added where the entity has none of the name. In their
	// text, \(…) stands for what a jq expression gives.
	Annotations map[string]string `yaml:"annotations"`
	// Labels are added where the entity has none of the name. In their text,
	// \(…) stands for what a jq expression gives.
	Labels map[string]string `yaml:"labels"`
	// Tags are added. In their text, \(…) stands for what a jq expression gives.
	Tags []string `yaml:"tags"`
	// Owner is the owner of entities that have none. In its text, \(…) stands
	// for what a jq expression gives.
	Owner string `yaml:"owner"`
	// Lifecycle is the lifecycle of entities that have none. In its text, \(…)
	// stands for what a jq expression gives.
	Lifecycle string `yaml:"lifecycle"`
	// JQ is an expression that makes the new entity of the old one.
	JQ string `yaml:"jq"`
	// Drop leaves the entity out of the catalog; the text says why.
	Drop string `yaml:"drop"`
	// Exec is a program and its arguments. It is asked about each entity, by
	// lines of JSON on its standard input, and answers on its standard output.
	Exec []string `yaml:"exec"`
	// Timeout is how long the program may take for an answer.
	Timeout string `yaml:"timeout" form:"duration"`
	// Memory is how much memory the program and those that it starts may take
	// together, such as "512MB".
	Memory string `yaml:"memory" form:"size"`
	// Pure promises that the program's answer depends on nothing but what it is
	// asked and the files that exec names, so that answers may be kept for the
	// next build.
	Pure bool `yaml:"pure"`
}

// Lint says what is reported about catalog files.
type Lint struct {
	// Rules give findings of a code another severity: "error", "warning" or
	// "info", or turn it "off". What keeps an entity out of the catalog does so
	// in any case.
	Rules map[string]string `yaml:"rules" oneof:"error warning info off"`
	// Lifecycles are the values that spec.lifecycle may have. Without any, it may
	// have all.
	Lifecycles []string `yaml:"lifecycles" form:"line"`
	// Types are the values that spec.type may have, by kind, such as
	// Component: [service, library]. A kind that is not named may have all.
	Types map[string][]string `yaml:"types" form:"line"`
	// Ignore are glob patterns of files and directories about which nothing is
	// reported, relative to each repository, or with its name before them.
	Ignore []string `yaml:"ignore" form:"glob"`
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

// Publish says where and how the portal is published.
type Publish struct {
	// To is where: a directory, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX,
	// azblob://ACCOUNT/CONTAINER/PREFIX, sftp://USER@HOST/DIRECTORY,
	// git:REPOSITORY#BRANCH, github-pages:FILE or gitlab-pages:DIR.
	// Credentials are never part of it.
	To string `yaml:"to" form:"line"`
	// Grace is how long files stay that the portal no longer has.
	Grace string `yaml:"grace" form:"duration"`
	// MaxDelete is how many files may leave the portal at once, or which share of
	// them.
	MaxDelete string `yaml:"maxDelete" form:"share"`
	// Compress is how text is stored: as it is, compressed, or with compressed twins
	// beside it for web servers that choose.
	Compress string `yaml:"compress" oneof:"none gzip br twins"`
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
	tool := DiagramTool{Timeout: "20s", Memory: "1GB"}
	return &Config{
		Title:      "Callboard",
		BaseURL:    "/",
		Catalog:    Catalog{Files: []string{"**/catalog-info.yaml", "**/catalog-info.yml", "**/.backstage/*.yaml", "**/.backstage/*.yml"}, Ignore: []string{"**/.git", "**/node_modules", "**/vendor", "**/.terraform", "**/testdata"}},
		Derive:     Derive{Annotations: true, Codeowners: "propose", Topics: true},
		Crawl:      Crawl{State: ".callboard", Reserve: 10, Concurrency: 8, MaxWait: "1m", Facts: true, Limits: CrawlLimits{Files: 20_000, Size: "256MB", FileSize: "16MB", Definitions: 100}},
		Docs:       Docs{Auto: true, Profile: "techdocs", History: "authors"},
		Diagrams:   Diagrams{PlantUML: tool, Graphviz: tool, D2: tool, Kroki: Kroki{Timeout: tool.Timeout}},
		Markdown:   true,
		Audiences:  Audiences{Addresses: "shared"},
		Publish:    Publish{Grace: "168h", MaxDelete: "20%", Compress: "none"},
		StaleAfter: "24h",
	}
}

// fill gives the entries of lists, which Default cannot hold, their defaults.
func (c *Config) fill() {
	c.Audiences.fill()
	for i := range c.Processors {
		if x := &c.Processors[i]; len(x.Exec) > 0 {
			x.Timeout, x.Memory = cmp.Or(x.Timeout, "10s"), cmp.Or(x.Memory, "512MB")
		}
	}
	for i := range c.Sources {
		if s := &c.Sources[i]; s.Dir != "" && s.Repositories == "" {
			s.Repositories = "auto"
		}
	}
	for i := range c.Locations {
		if c.Locations[i].Type == "" {
			c.Locations[i].Type = "file"
		}
	}
	for i := range c.Kinds {
		k := &c.Kinds[i]
		k.Title = cmp.Or(k.Title, k.Kind)
		k.Plural = cmp.Or(k.Plural, k.Title+"s")
	}
}
