package githubtest

import (
	"crypto/sha1" //nolint:gosec // what git names objects by
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
)

// Content is what a repository holds.
type Content interface {
	// Tip is the commit at the end of a branch, "" if there is no such branch.
	Tip(branch string) string
	// Tree is the tree of a commit, or the one that has a hash; nil if there is
	// none.
	Tree(oid string) *Tree
	// Blob is the content with a hash.
	Blob(oid string) ([]byte, bool)
}

// Tree is a directory of git.
type Tree struct {
	OID     string
	Commit  string // whose top it is, if it is one
	Entries []Entry
}

// Entry is an entry of a directory of git.
type Entry struct {
	Name string
	Mode string // as git writes it, such as 100644
	OID  string
	Size int64
	Sub  *Tree // of a directory
}

// Type is what git calls the kind of an object.
func (e *Entry) Type() string {
	switch e.Mode {
	case "040000":
		return "tree"
	case "160000":
		return "commit"
	}
	return "blob"
}

// Hash is git's name for an object.
func Hash(kind string, content []byte) string {
	h := sha1.New() //nolint:gosec // as above
	_, _ = fmt.Fprintf(h, "%s %d\x00", kind, len(content))
	_, _ = h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}

// Files are a repository of files: those of a file system, and changes of them.
// Hashes are git's own; no git is needed.
type Files struct {
	base   fs.FS
	branch string
	// version names the base where reading all of it for a commit's hash would
	// take too long; "" reads it.
	version string

	mu      sync.Mutex
	over    map[string]change
	commits []*commit // the last is the tip
	trees   map[string]*Tree
	blobs   map[string]blob
}

type change struct {
	mode string
	data []byte
	gone bool
}

type commit struct {
	oid  string
	over map[string]change
	tree *Tree // nil until somebody asks
}

// A blob is where its content is.
type blob struct {
	path string
	data []byte
}

// NewFiles is a repository with one commit of the files of base, which may be
// nil for none: a repository without a commit until the first Write. If version
// is not "", the first commit's hash is made of it alone, and the files are read
// when they are asked for.
func NewFiles(branch string, base fs.FS, version string) *Files {
	f := &Files{base: base, branch: branch, version: version, over: map[string]change{}, trees: map[string]*Tree{}, blobs: map[string]blob{}}
	if base != nil {
		f.commits = []*commit{{over: map[string]change{}}}
	}
	return f
}

// Write commits a change of one file.
func (f *Files) Write(name, content string) {
	f.put(name, change{mode: "100644", data: []byte(content)})
}

// Link commits a symbolic link.
func (f *Files) Link(name, target string) { f.put(name, change{mode: "120000", data: []byte(target)}) }

// Module commits a submodule at a commit.
func (f *Files) Module(name, commit string) {
	f.put(name, change{mode: "160000", data: []byte(commit)})
}

// Remove commits the removal of a file.
func (f *Files) Remove(name string) { f.put(name, change{gone: true}) }

func (f *Files) put(name string, c change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.over = maps.Clone(f.over)
	f.over[name] = c
	f.commits = append(f.commits, &commit{over: f.over})
}

// Tip is the last commit, on the one branch that there is.
func (f *Files) Tip(branch string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if branch != f.branch || len(f.commits) == 0 {
		return ""
	}
	return f.name(len(f.commits) - 1)
}

// name is the hash of a commit: git's own form of one, or of the version.
func (f *Files) name(i int) string {
	c := f.commits[i]
	if c.oid != "" {
		return c.oid
	}
	what := "version " + f.version
	if f.version == "" {
		what = "tree " + f.load(c).OID
	}
	parent := ""
	if i > 0 {
		parent = "\nparent " + f.name(i-1)
	}
	c.oid = Hash("commit", []byte(what+parent+"\nauthor A <a@acme.example> 1700000000 +0000\ncommitter A <a@acme.example> 1700000000 +0000\n\nchange "+fmt.Sprint(i)+"\n"))
	return c.oid
}

// Tree is a tree by the hash of its commit or its own.
func (f *Files) Tree(oid string) *Tree {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, c := range f.commits {
		if f.name(i) == oid {
			t := *f.load(c)
			t.Commit = oid
			return &t
		}
	}
	if t := f.trees[oid]; t != nil {
		return t
	}
	for _, c := range f.commits {
		f.load(c)
	}
	return f.trees[oid]
}

// Blob is a content by its hash.
func (f *Files) Blob(oid string) ([]byte, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	b, ok := f.blobs[oid]
	if !ok {
		for _, c := range f.commits {
			f.load(c)
		}
		b, ok = f.blobs[oid]
	}
	if !ok || b.path == "" {
		return b.data, ok
	}
	data, err := fs.ReadFile(f.base, b.path)
	return data, err == nil
}

func (f *Files) load(c *commit) *Tree {
	if c.tree == nil {
		c.tree = f.tree(".", c.over)
		if c.tree == nil {
			c.tree = &Tree{OID: Hash("tree", nil)}
			f.trees[c.tree.OID] = c.tree
		}
	}
	return c.tree
}

// tree is a directory with its changes, nil if nothing is in it.
func (f *Files) tree(dir string, over map[string]change) *Tree {
	var es []Entry
	for _, name := range f.names(dir, over) {
		if e, ok := f.entry(path.Join(dir, name), over); ok {
			es = append(es, e)
		}
	}
	if len(es) == 0 {
		return nil
	}
	// Git sorts directories as if their names ended with a slash.
	key := func(e Entry) string {
		if e.Sub != nil {
			return e.Name + "/"
		}
		return e.Name
	}
	slices.SortFunc(es, func(a, b Entry) int { return strings.Compare(key(a), key(b)) })
	var raw []byte
	for _, e := range es {
		hash, err := hex.DecodeString(e.OID)
		if err != nil {
			panic(err)
		}
		raw = append(append(append(raw, strings.TrimPrefix(e.Mode, "0")+" "+e.Name...), 0), hash...)
	}
	t := &Tree{OID: Hash("tree", raw), Entries: es}
	f.trees[t.OID] = t
	return t
}

func (f *Files) names(dir string, over map[string]change) []string {
	set := map[string]bool{}
	if f.base != nil {
		ds, err := fs.ReadDir(f.base, dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			panic(err)
		}
		for _, d := range ds {
			if d.Name() != ".git" {
				set[d.Name()] = true
			}
		}
	}
	for name := range over {
		rest, ok := strings.CutPrefix(name, dir+"/")
		if dir == "." {
			rest, ok = name, true
		}
		if ok {
			first, _, _ := strings.Cut(rest, "/")
			set[first] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func (f *Files) entry(name string, over map[string]change) (Entry, bool) {
	if c, ok := over[name]; ok {
		return f.changed(name, c)
	}
	e := Entry{Name: path.Base(name)}
	if f.base != nil {
		if info, err := fs.Lstat(f.base, name); err == nil && !info.IsDir() {
			return f.based(name, info), true
		}
	}
	e.Sub = f.tree(name, over)
	if e.Sub == nil {
		return e, false
	}
	e.Mode, e.OID = "040000", e.Sub.OID
	return e, true
}

func (f *Files) changed(name string, c change) (Entry, bool) {
	e := Entry{Name: path.Base(name), Mode: c.mode, Size: int64(len(c.data))}
	switch {
	case c.gone:
		return e, false
	case c.mode == "160000":
		e.OID, e.Size = string(c.data), 0
	default:
		e.OID = Hash("blob", c.data)
		f.blobs[e.OID] = blob{data: c.data}
	}
	return e, true
}

// based is a file of the base, whose content stays where it is.
func (f *Files) based(name string, info fs.FileInfo) Entry {
	data, err := fs.ReadFile(f.base, name)
	if err != nil {
		panic(err)
	}
	e := Entry{Name: path.Base(name), Mode: "100644", OID: Hash("blob", data), Size: int64(len(data))}
	if info.Mode()&0o111 != 0 {
		e.Mode = "100755"
	}
	if _, ok := f.blobs[e.OID]; !ok {
		f.blobs[e.OID] = blob{path: name}
	}
	return e
}
