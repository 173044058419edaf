package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"time"
)

// Bounds on reading a portal at an address.
const (
	portalTimeout  = 30 * time.Second // for a file
	portalFile     = 64 << 20         // bytes of a file
	portalSiteFile = 1 << 20          // bytes of data/site.json
)

// portalHeaders is the variable that holds what a gate before a portal wants to be
// sent, such as "Authorization: Bearer …": lines of headers. It is no flag, since
// others see the flags of a process.
const portalHeaders = "CALLBOARD_SITE_HEADERS"

// builtPortal is a portal that has been built, in a directory or at an address.
type builtPortal struct {
	fs.FS
	address string // with a slash at the end; "" for a directory
	close   func() error
}

// openPortal opens the portal that --site names.
func (a *app) openPortal(ctx context.Context, given string) (*builtPortal, error) {
	if u, err := url.Parse(given); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
		return a.remotePortal(ctx, u)
	}
	root, err := os.OpenRoot(a.path(given))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no portal in %q; callboard build makes one, --site names another", given)
	}
	if err != nil {
		return nil, fmt.Errorf("open the portal: %w", err)
	}
	return &builtPortal{FS: root.FS(), close: root.Close}, nil
}

func (a *app) remotePortal(ctx context.Context, u *url.URL) (*builtPortal, error) {
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		return nil, &usageError{fmt.Sprintf("--site: %s is not https", u.Redacted()), "what is read from it would be open to everybody on the way"}
	}
	headers, err := headerLines(a.Getenv(portalHeaders))
	if err != nil {
		return nil, err
	}
	base := &url.URL{Scheme: u.Scheme, Host: u.Host, User: u.User, Path: strings.TrimSuffix(strings.TrimSuffix(u.Path, "index.html"), "/") + "/"}
	r := &remoteFiles{ctx: ctx, base: base, headers: headers, client: &http.Client{Transport: a.transport(), Timeout: portalTimeout, CheckRedirect: sameOrigin}}
	shown := *base
	shown.User = nil
	return &builtPortal{FS: r, address: shown.String(), close: func() error { r.client.CloseIdleConnections(); return nil }}, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// headerLines reads lines of headers.
func headerLines(text string) (http.Header, error) {
	h := http.Header{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return nil, &usageError{portalHeaders + " holds a line that is no header", `it holds lines such as "Authorization: Bearer ..."`}
		}
		h.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return h, nil
}

// errSignIn tells that something before the portal answers for it.
var errSignIn = errors.New("a sign-in stands before the portal; " + portalHeaders + " holds what it wants to be sent")

// sameOrigin follows what a host says of its own files. Elsewhere lies a sign-in.
func sameOrigin(r *http.Request, via []*http.Request) error {
	if r.URL.Scheme != via[0].URL.Scheme || r.URL.Host != via[0].URL.Host {
		return errSignIn
	}
	if len(via) > 3 {
		return errors.New("it is redirected more than 3 times")
	}
	return nil
}

// remoteFiles are the files of a portal at an address. Opening one reads it.
type remoteFiles struct {
	ctx     context.Context
	base    *url.URL
	headers http.Header
	client  *http.Client
}

// Open asks for a file. What is not there is fs.ErrNotExist; a page in place of a
// data file is a sign-in's.
func (r *remoteFiles) Open(name string) (fs.File, error) {
	data, err := r.get(name)
	if err != nil {
		return nil, &fs.PathError{Op: "get", Path: r.base.Redacted() + name, Err: err}
	}
	return &remoteFile{*bytes.NewReader(data), name}, nil
}

func (r *remoteFiles) get(name string) ([]byte, error) {
	if !fs.ValidPath(name) || name == "." {
		return nil, fs.ErrInvalid
	}
	req, err := http.NewRequestWithContext(r.ctx, http.MethodGet, r.base.JoinPath(strings.Split((&url.URL{Path: name}).EscapedPath(), "/")...).String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header = r.headers.Clone()
	res, err := r.client.Do(req)
	if err != nil {
		if ue, ok := errors.AsType[*url.Error](err); ok {
			return nil, ue.Err // without the address, which may hold a password
		}
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(res.Body, portalFile+1))
	err = errors.Join(err, res.Body.Close())
	switch html := strings.HasPrefix(res.Header.Get("Content-Type"), "text/html"); {
	case res.StatusCode == http.StatusNotFound, res.StatusCode == http.StatusGone:
		return nil, fs.ErrNotExist
	case res.StatusCode == http.StatusUnauthorized, res.StatusCode == http.StatusForbidden, res.StatusCode == http.StatusOK && html && path.Ext(name) != ".html":
		return nil, errSignIn
	case res.StatusCode != http.StatusOK:
		return nil, errors.New("the answer is " + res.Status)
	case err == nil && len(data) > portalFile:
		return nil, fmt.Errorf("it has more than %d bytes", portalFile)
	}
	return data, err
}

// remoteFile is a file that has been read.
type remoteFile struct {
	bytes.Reader
	name string
}

func (f *remoteFile) Stat() (fs.FileInfo, error) { return remoteInfo{path.Base(f.name), f.Size()}, nil }
func (f *remoteFile) Close() error               { return nil }

type remoteInfo struct {
	name string
	size int64
}

func (i remoteInfo) Name() string       { return i.name }
func (i remoteInfo) Size() int64        { return i.size }
func (i remoteInfo) Mode() fs.FileMode  { return 0o444 }
func (i remoteInfo) ModTime() time.Time { return time.Time{} }
func (i remoteInfo) IsDir() bool        { return false }
func (i remoteInfo) Sys() any           { return nil }

// searchMeta is the name below data/ of the index's first file. data/site.json
// tells it.
func searchMeta(portal fs.FS, site string) (string, error) {
	none := fmt.Errorf("%q holds no portal with a search index; callboard build makes one", withoutPassword(site))
	s, err := siteOf(portal)
	if errors.Is(err, errNoSite) || err == nil && !isIndexName(s.Search) {
		return "", none
	}
	return s.Search, err
}

// codeMeta is the name below data/ of the first file of the search in code.
func codeMeta(portal fs.FS, site string) (string, error) {
	s, err := siteOf(portal)
	switch {
	case errors.Is(err, errNoSite):
		return "", fmt.Errorf("%q holds no portal; callboard build makes one", withoutPassword(site))
	case err != nil:
		return "", err
	case !isIndexName(s.Code):
		return "", fmt.Errorf("the portal in %q has no index of code; search.code.enabled in its callboard.yaml makes one", withoutPassword(site))
	}
	return s.Code, nil
}

// siteNames are the names that data/site.json tells.
type siteNames struct {
	Search string `json:"search"`
	Code   string `json:"code"`
}

// errNoSite tells that there is no data/site.json that could be one.
var errNoSite = errors.New("no portal")

func siteOf(portal fs.FS) (s siteNames, err error) {
	f, err := portal.Open("data/site.json")
	if errors.Is(err, fs.ErrNotExist) {
		return s, errNoSite
	}
	if err != nil {
		return s, err
	}
	raw, err := io.ReadAll(io.LimitReader(f, portalSiteFile))
	if err = errors.Join(err, f.Close()); err != nil {
		return s, err
	}
	if json.Unmarshal(raw, &s) != nil {
		return s, errNoSite
	}
	return s, nil
}

func isIndexName(name string) bool { return fs.ValidPath(name) && name != "." }
