package serve

import (
	"bytes"
	"callboard/internal/filetype"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"path"
	"strings"
	"sync"
	"time"

	"callboard/internal/urlpath"
)

// own is where what belongs to the server, not to the portal, is served. No
// file of a portal has such a path.
const own = "/-/"

// site serves the files of a portal.
type site struct {
	o        Options
	loopback bool // listens to this machine only
	hub      *hub

	mu       sync.RWMutex
	basePath string
	frames   []string
	ahead    map[string][]byte // files in place of those in the directory
}

func newSite(o Options, addr net.Addr) *site {
	s := &site{o: o, hub: newHub(), basePath: "/"}
	if a, err := netip.ParseAddrPort(addr.String()); err == nil {
		s.loopback = a.Addr().IsLoopback()
	}
	return s
}

// base is the path of the portal's address.
func (s *site) base() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.basePath
}

// framed are the hosts of which documentation may show frames.
func (s *site) framed() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.frames
}

// built takes note of a build and tells the browsers.
func (s *site) built(out Outcome, err error) {
	s.mu.Lock()
	if out.Base != "" {
		s.basePath = out.Base
	}
	s.frames = out.Frames
	if err == nil {
		s.ahead = out.Ahead
	}
	s.mu.Unlock()
	s.hub.publish(out, err)
}

// ServeHTTP serves GET and HEAD of files.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	setHeaders(w.Header(), s.framed())
	w.Header().Set("Cache-Control", filetype.Revalidate)
	switch {
	case s.loopback && !isLoopback(r.Host):
		http.Error(w, "this server answers to names of this machine only, such as localhost; start it with another --addr to change that", http.StatusMisdirectedRequest)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are known here", http.StatusMethodNotAllowed)
	case s.o.Reload && strings.HasPrefix(r.URL.Path, own):
		s.serveOwn(w, r)
	default:
		s.servePage(w, r)
	}
}

// isLoopback tells whether the Host of a request names this machine. A page of
// a stranger whose host name was made to resolve to 127.0.0.1 ("DNS rebinding")
// names its own.
func isLoopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

func (s *site) servePage(w http.ResponseWriter, r *http.Request) {
	base := s.base()
	rest, below := strings.CutPrefix(r.URL.Path, base)
	switch {
	case r.URL.Path == "/" && base != "/", r.URL.Path+"/" == base:
		redirect(w, r, base)
		return
	case !below:
		s.notFound(w, r)
		return
	}
	root, err := s.open()
	if errors.Is(err, fs.ErrNotExist) {
		s.noPortal(w, r)
		return
	}
	if err != nil {
		s.fail(w, err)
		return
	}
	defer root.Close()
	p, isDir := resolve(root.FS(), rest)
	switch {
	case p == "":
		s.notFound(w, r)
	case isDir:
		redirect(w, r, "/"+strings.Trim(r.URL.Path, "/")+"/")
	default:
		s.serveFile(w, r, root.FS(), p, http.StatusOK)
	}
}

// resolve finds the file for a path below the base: that of the same name, or
// the index.html of a directory. isDir tells that the path is a directory's but
// lacks the slash. What no file of a portal could be called is not looked for.
func resolve(fsys fs.FS, rest string) (p string, isDir bool) {
	p = rest
	if p == "" || strings.HasSuffix(p, "/") {
		p += "index.html"
	}
	if _, err := urlpath.New(p); err != nil {
		return "", false
	}
	st, err := fs.Stat(fsys, p)
	if err != nil {
		return "", false
	}
	if !st.IsDir() {
		if !st.Mode().IsRegular() {
			return "", false
		}
		return p, false
	}
	if index, err := fs.Stat(fsys, path.Join(p, "index.html")); err != nil || !index.Mode().IsRegular() {
		return "", false
	}
	return p, true
}

// redirect sends to a path of this server. It is not remembered by browsers,
// since a page may become a file.
func redirect(w http.ResponseWriter, r *http.Request, to string) {
	u := *r.URL
	u.Scheme, u.Host, u.Path, u.RawPath = "", "", to, ""
	w.Header().Set("Location", u.String())
	w.WriteHeader(http.StatusMovedPermanently)
}

func (s *site) notFound(w http.ResponseWriter, r *http.Request) {
	if root, err := s.open(); err == nil {
		defer root.Close()
		if p, isDir := resolve(root.FS(), "404.html"); p != "" && !isDir {
			s.serveFile(w, r, root.FS(), p, http.StatusNotFound)
			return
		}
	}
	http.Error(w, "no page at this address", http.StatusNotFound)
}

func (s *site) fail(w http.ResponseWriter, err error) {
	s.log("serve: " + err.Error())
	http.Error(w, "the portal cannot be read; see the output of callboard serve", http.StatusInternalServerError)
}

func (s *site) serveFile(w http.ResponseWriter, r *http.Request, fsys fs.FS, p string, status int) {
	b, err := s.read(fsys, p)
	if err != nil {
		s.fail(w, err)
		return
	}
	typ := filetype.ContentType(p)
	if s.o.Reload && strings.HasSuffix(p, ".html") {
		b = inject(b)
	}
	w.Header().Set("Content-Type", typ)
	w.Header().Set("Cache-Control", filetype.CacheControl(p))
	if typ == "image/svg+xml" {
		w.Header().Set("Content-Security-Policy", drawingPolicy)
	}
	b = encode(w, r, b, filetype.Compressible(typ))
	if status != http.StatusOK {
		write(w, r, b, status)
		return
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
}

// read reads a file of the portal, which may have been made ahead of the others.
func (s *site) read(fsys fs.FS, p string) ([]byte, error) {
	s.mu.RLock()
	b, ok := s.ahead[p]
	s.mu.RUnlock()
	if ok {
		return b, nil
	}
	return fs.ReadFile(fsys, p)
}

// write sends a response that is not a plain success, which has no ranges and
// is not remembered.
func write(w http.ResponseWriter, r *http.Request, b []byte, status int) {
	w.Header().Del("Etag")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		io.Copy(w, bytes.NewReader(b)) // a reader that has gone is nobody's error
	}
}

const scriptTag = `<script src="/-/reload.js" defer></script>`

// inject puts the script before the end of the body.
func inject(page []byte) []byte {
	i := bytes.LastIndex(page, []byte("</body>"))
	if i < 0 {
		i = len(page)
	}
	out := make([]byte, 0, len(page)+len(scriptTag))
	out = append(out, page[:i]...)
	out = append(out, scriptTag...)
	return append(out, page[i:]...)
}
