package source

import (
	"context"
	"io"
	"iter"

	"callboard/internal/facts"
)

// Host is the API of a Git host, seen through what a crawl needs of it. Its
// methods may be called from several goroutines. They ask and convert; when to
// ask, what to keep and what to do when there is no answer is decided by the
// crawl, which is the same for all hosts. Errors are *Fault wherever the host
// answered or could not be reached.
//
// All texts that come from a host are hostile: names, branches and paths go no
// further than data.
type Host interface {
	// Name is short and unique in a build, such as "github:acme".
	Name() string
	// Repos lists the repositories that are wanted, in any order. The first error
	// ends the list; what was yielded until then stands.
	Repos(ctx context.Context) iter.Seq2[Repo, error]
	// Find tells the present state of one repository, by its ID where it has one
	// and by its name otherwise. A repository that was renamed or moved is found,
	// with its new name.
	Find(ctx context.Context, r Repo) (Repo, error)
	// Tree lists the files of a repository at r.Revision, or at the tip of
	// r.Branch if the revision is "".
	Tree(ctx context.Context, r Repo) (Tree, error)
	// Read yields the contents of files of a tree in the order asked for. An
	// error ends the sequence.
	Read(ctx context.Context, r Repo, files []Entry) iter.Seq2[[]byte, error]
	// Archive is a gzipped tar of the tree at r.Revision, whose names begin with
	// one directory. A host that has none returns errors.ErrUnsupported.
	Archive(ctx context.Context, r Repo) (io.ReadCloser, error)
}

// Batcher is a host that answers for many repositories at once.
type Batcher interface {
	Host
	// BatchSize is how many repositories, or files, one request may ask for.
	BatchSize() (repos, files int)
	// Trees is Tree of several repositories. What fails for one is in Listed.Err
	// and does not end the sequence.
	Trees(ctx context.Context, rs []Repo) iter.Seq2[Listed, error]
	// ReadMany is Read of files of several repositories. What cannot be read this
	// way, such as a binary file, has Contents.Data nil and Err *Fault of kind
	// Unsupported, and is then asked for by Read.
	ReadMany(ctx context.Context, files []FileOf) iter.Seq2[Contents, error]
}

// Payer is a host that counts the requests of an account, or may do so.
type Payer interface {
	Host
	// Allowance is from what trees and files are paid: a host and one of its
	// allowances, as polite.Budget calls them. Both are "" if that is not known.
	Allowance() (host, resource string)
}

// Enricher is a host with facts that cost requests of their own. Facts that come
// with the list are in Repo.Facts already.
type Enricher interface {
	// Enrich adds to the facts of a repository. Cost is how many requests that
	// takes.
	Enrich(ctx context.Context, r Repo, f *facts.Repo) error
	EnrichCost() int
}

// Directory is a host that knows people.
type Directory interface {
	// People are all members and teams. What it lists is complete, or there is an
	// error.
	People(ctx context.Context) (People, error)
}

// People are the people and teams of an organisation as entities are made of
// them. Names are the host's own; whoever makes entities of them makes them
// valid and unique.
type People struct {
	Users  []User
	Groups []Group
}

// User is a member.
type User struct {
	Name        string // the login
	DisplayName string
	Email       string
	Picture     string
	Description string
	Groups      []string // names of groups, which may be qualified
	Annotations map[string]string
	Links       []Link
	// Namespace is where the entity goes, "" for the default.
	Namespace string
}

// Group is a team, a department or an organisation.
type Group struct {
	Name        string
	DisplayName string
	Email       string
	Picture     string
	Description string
	Type        string // such as team
	Parent      string // name of the group above it, or ""
	Members     []string
	Annotations map[string]string
	Links       []Link
	Namespace   string
}

// Qualified is the name with the namespace before it, if there is one: what tells
// groups of the same name apart.
func (g Group) Qualified() string {
	if g.Namespace == "" {
		return g.Name
	}
	return g.Namespace + "/" + g.Name
}

// Link is an address with a title.
type Link struct{ URL, Title string }

// Tree is what a repository holds.
type Tree struct {
	// Revision is the commit, in hexadecimal.
	Revision string
	// Entries are in any order.
	Entries []Entry
	// Truncated tells that the host left entries out.
	Truncated bool
}

// Entry is one entry of a tree.
type Entry struct {
	// Path is slash-separated and relative, as the host gave it.
	Path string
	Kind EntryKind
	// Blob is the host's name for the content, such as its git object; equal
	// blobs are equal contents.
	Blob string
	// Size is in bytes, or -1 if the host does not tell.
	Size int64
}

// EntryKind is what an entry is.
type EntryKind uint8

// What there is in trees. Directories are not listed.
const (
	RegularFile EntryKind = iota
	Symlink
	Submodule
)

// Listed is the tree of one repository of several, or why there is none.
type Listed struct {
	Repo Repo
	Tree Tree
	Err  error
}

// FileOf is a file of a repository.
type FileOf struct {
	Repo Repo
	File Entry
}

// Contents is a file with its content, or why there is none.
type Contents struct {
	FileOf
	Data []byte
	Err  error
}
