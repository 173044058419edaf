// Package search makes the portal's full-text index: plain files, sharded so
// that a query loads little, that a static host serves and a small reader in
// the browser (or Reader here) queries.
//
// # Layout, version 5
//
// All files lie below data/s/ and never change: ID
// is the first six bytes of the SHA-256 of what the file holds.
//
//	meta.ID.json  what a reader begins with: version, numbers of the whole,
//	              the sorts of documents (kind and language), words that hold
//	              questions together, the name of the root
//	d/ID.bin      the root: of which sort each document is, and what files there
//	              are, or in a large index, which pages say it; see writer.root
//	n/ID.bin      a page of names of files; see entries.append
//	t/ID.bin      a shard: a stretch of sorted terms with their postings; see
//	              shardWriter
//	p/ID.bin      a chunk of positions of a shard's terms; see shardWriter and
//	              positionsEnd
//	w/ID.bin      words that typing errors may have been meant for, twice: by
//	              how they begin and by how they end; see spellingKey and
//	              spelling.write; and a file of groups of words that mean the
//	              same, see writer.groups
//	f/ID.bin      a fragment: some documents as they are shown, as JSON; see
//	              fragments
//
// All but the meta file are gzip, whatever the host does; see pack. Numbers are
// base-128 varints, least digit first, unless said otherwise. Documents are
// numbered in the order in which the parts were added. Terms are folded words
// in the order of their bytes; those that begin with U+0001 are values of
// filters ("\x01owner:team-a"), those that begin with U+0002 are words that a
// document does not have and might have, see alikes; those that end with U+10FFFF
// are prefixes of very many terms with the documents that have a word of it in
// name, title or tags, see prefixes.
//
// What is known of a document stands with the postings that need it, as a mark
// and for names and titles a little more: see marks and shardWriter. So nothing
// is loaded that grows with the index, but for pages of names.
//
// A query loads the meta file and the root once, then for each word the shard
// that it stands in (and its neighbours, for other forms and completions),
// chunks of positions for the best documents if it has several words, files of
// spelling if a word is not there, and the fragments of the hits that are shown.
package search

// Doc is one thing that can be found: an entity or a page of documentation.
type Doc struct {
	// URL is the address below the portal's base, such as
	// "catalog/default/component/x/".
	URL string
	// Kind is the entity's kind in lower case, or "docs" for documentation.
	Kind string
	// Ref is the entity the document is, or belongs to.
	Ref string
	// Name is the entity's name; empty for documentation.
	Name  string
	Title string
	// Heading is what a page of documentation calls itself, if that is not its
	// title, such as "High availability" above what the navigation has as
	// "Overview". Who asks for just that finds it as by its title.
	Heading string
	// Crumb is the text that says where a page of documentation stands, such as
	// "payments-service / Guides".
	Crumb string
	// Owner is the short reference of the owner; Type and Lifecycle are the
	// entity's.
	Owner, Type, Lifecycle string
	Tags                   []string
	// Lang is the language of the text, such as "en" or "pt-BR"; English if
	// empty or unknown. Words are found in their other forms by its rules.
	Lang string
	// Aliases are further names, such as an operation's id or what an annotation
	// says; a document is found by them as by a tag.
	Aliases []string
	// Links is the number of relations that point to the entity: of two that fit
	// as well, the one that more depends on comes first.
	Links int
	// Boost is how much more a page of documentation counts than others, as its
	// author says: 0.5 to 2, in five steps; what is beyond is taken for these, and 0
	// for 1.
	Boost float64 `json:",omitempty"`
	// Description is the entity's description.
	Description string
	// Sections are the text of a page by heading.
	Sections []Section
}

// Section is the text below one heading; ID is the fragment, empty before the
// first heading.
type Section struct {
	ID, Title, Text string
}
