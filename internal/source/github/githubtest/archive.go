package githubtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"net/http"
	"strings"
)

// archiveToken stands in the address of an archive instead of a header.
const archiveToken = "archive-token"

// serveArchive is the other host, which must never see a token of the first.
func (s *Server) serveArchive(w http.ResponseWriter, r *http.Request) {
	s.count(func(st *Stats) { st.Archives++ })
	if s.o.Latency != nil {
		s.o.Latency(r)
	}
	if r.Header.Get("Authorization") != "" {
		s.t.Errorf("github: the host of archives was sent an Authorization header")
	}
	f := s.fault(r)
	if f.before(w, r) {
		return
	}
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/") // owner, name, form, commit
	if len(parts) != 4 || parts[2] != "legacy.tar.gz" || r.URL.Query().Get("token") != archiveToken {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	repo, _ := s.find(parts[0], parts[1])
	if repo == nil || repo.Content.Tree(parts[3]) == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	b := Tarball(repo, parts[3])
	s.count(func(st *Stats) { st.Bytes += int64(len(b)) })
	w.Header().Set("Content-Type", "application/x-gzip")
	f.write(w, r, http.StatusOK, b)
}

// Tarball is the archive of a commit as GitHub packs it: a comment with the
// commit, and everything below one directory.
func Tarball(r *Repo, commit string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	t := tar.NewWriter(z)
	must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header", PAXRecords: map[string]string{"comment": commit}}))
	pack(t, r, r.Owner+"-"+r.Name+"-"+commit[:7]+"/", r.Content.Tree(commit))
	must(t.Close())
	must(z.Close())
	return b.Bytes()
}

func pack(t *tar.Writer, r *Repo, prefix string, tree *Tree) {
	must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: prefix, Mode: 0o775, ModTime: r.Pushed}))
	for i := range tree.Entries {
		e := &tree.Entries[i]
		name := prefix + e.Name
		switch {
		case e.Sub != nil:
			pack(t, r, name+"/", e.Sub)
		case e.Type() == "commit": // a submodule is an empty directory
			must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: 0o775, ModTime: r.Pushed}))
		default:
			data, _ := r.Content.Blob(e.OID)
			if e.Mode == "120000" {
				must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: string(data), Mode: 0o777, ModTime: r.Pushed}))
				continue
			}
			must(t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(data)), Mode: 0o664, ModTime: r.Pushed}))
			_, err := t.Write(data)
			must(err)
		}
	}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
