// Package search makes the portal's full-text index: plain files, sharded so
// that a query loads little, that a static host serves and a small reader in
// the browser (or Reader here) queries.
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
	// Crumb is the text that says where a page of documentation stands, such as
	// "payments-service / Guides".
	Crumb string
	// Owner is the short reference of the owner; Type and Lifecycle are the
	// entity's.
	Owner, Type, Lifecycle string
	Tags                   []string
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
