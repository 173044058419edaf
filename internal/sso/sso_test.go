package sso

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"callboard/internal/config"
	"callboard/internal/diag"
)

const audiences = `
baseUrl: http://127.0.0.1/
audiences:
  addresses: %s
  portals:%s
    - {name: staff, groups: [acme-staff, "acme:ops team"]}
    - {name: security, groups: [acme-security]}
    - {name: hr, groups: [acme-hr], includes: []}
`

const withGuests = "\n    - {name: guests, anyone: true}"

func options(t *testing.T, addresses, more string) Options {
	t.Helper()
	var found diag.List
	c := config.Load(fmt.Appendf(nil, audiences, addresses, more), diag.Pos{}, &found)
	if len(found.All()) > 0 {
		t.Fatal(found.All())
	}
	return Options{Config: c.Config, Headers: []Header{{"X-Content-Type-Options", "nosniff"}, {"Content-Security-Policy", "default-src 'none'"}}, Root: portals(t), Gate: gate(t), Listen: "127.0.0.1:80"}
}

// portals writes a portal for each audience, with its name in every file.
func portals(t *testing.T) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"guests", "staff", "security", "hr"} {
		for _, file := range []string{"index.html", "404.html", "catalog/default/component/" + name + "/index.html", "catalog.json", "data/site.json", "data/s/f/0123456789ab.json", "assets/app.0123abcd.js", "changes/all.atom"} {
			put(t, filepath.Join(root, "a", name, file), "of "+name)
		}
	}
	put(t, filepath.Join(root, "manifest.json"), "of everybody")
	return root
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// people are whom the gate knows, with their groups.
var people = map[string]string{"ann": "acme-staff", "bob": "other,acme:ops team", "cat": "acme-staff,acme-security", "dan": "acme-staff-not,xacme-hr", "eve": ""}

// gate answers as oauth2-proxy's /oauth2/auth does: 202 with the groups of the
// session, 401 without a session, 403 for groups that are not allowed.
func gate(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/oauth2/start" {
			fmt.Fprint(w, "sign in for ", r.URL.Query().Get("rd"))
			return
		}
		c, err := r.Cookie("session")
		groups, known := "", false
		if err == nil {
			groups, known = people[c.Value]
		}
		switch allowed := r.URL.Query().Get("allowed_groups"); {
		case r.URL.Path != "/oauth2/auth":
			w.WriteHeader(http.StatusNotFound)
		case !known:
			w.WriteHeader(http.StatusUnauthorized)
		case allowed != "" && !slices.ContainsFunc(strings.Split(groups, ","), func(g string) bool { return slices.Contains(strings.Split(allowed, ","), g) }):
			w.WriteHeader(http.StatusForbidden)
		default:
			w.Header().Set("X-Auth-Request-Groups", groups)
			w.WriteHeader(http.StatusAccepted)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// program finds a server's program, or skips the test.
func program(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	if os.Getenv("CALLBOARD_PROXIES") == "required" {
		t.Fatalf("there is no %s, and CALLBOARD_PROXIES requires it", names[0])
	}
	t.Skipf("there is no %s", names[0])
	return ""
}

// nginx runs the configuration and returns the server's address.
func nginx(t *testing.T, o Options) string {
	t.Helper()
	bin := program(t, "nginx", "/usr/sbin/nginx")
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.Listen = ln.Addr().String()
	ln.Close()
	text, err := Write("nginx", o)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "portal.conf"), text)
	put(t, filepath.Join(dir, "logs", "x"), "")
	user := ""
	if os.Getuid() == 0 {
		user = "user root;\n"
	}
	put(t, filepath.Join(dir, "nginx.conf"), user+"daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr notice;\nevents {}\nhttp {\naccess_log off;\nclient_body_temp_path b;\nproxy_temp_path p;\nfastcgi_temp_path f;\nuwsgi_temp_path u;\nscgi_temp_path s;\ntypes { text/html html; application/json json; }\ninclude portal.conf;\n}\n")
	cmd := exec.Command(bin, "-p", dir, "-c", "nginx.conf")
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Log(said.String())
		}
	})
	for range 200 {
		if c, err := net.Dial("tcp", o.Listen); err == nil {
			c.Close()
			return o.Listen
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("nginx does not listen: ", said.String())
	return ""
}

// get asks for a path as it is written, and returns the answer's status, text and
// Location.
func get(t *testing.T, addr, path, who string, headers ...string) (int, string, http.Header) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nCookie: session=%s\r\n", path, addr, who)
	for _, h := range headers {
		fmt.Fprintf(c, "%s\r\n", h)
	}
	fmt.Fprint(c, "\r\n")
	raw, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	head, body, _ := strings.Cut(string(raw), "\r\n\r\n")
	var status int
	fmt.Sscanf(head, "HTTP/1.1 %d", &status)
	h := http.Header{}
	for _, line := range strings.Split(head, "\r\n")[1:] {
		k, v, _ := strings.Cut(line, ": ")
		h.Add(k, v)
	}
	return status, body, h
}

// kinds are a file of each kind that a portal has.
var kinds = []string{"", "catalog.json", "data/site.json", "data/s/f/0123456789ab.json", "assets/app.0123abcd.js", "changes/all.atom"}

// tricks are paths that name the same file below a prefix in other ways.
func tricks(prefix, file string) []string {
	return []string{prefix + file, "/" + prefix + file, strings.TrimSuffix(prefix, "/") + "//" + file, prefix + "./" + file, prefix + "x/../" + file, "/a/guests/.." + strings.TrimPrefix(prefix, "/a") + file,
		"/a/guests/%2e%2e" + strings.TrimPrefix(prefix, "/a") + file, "/a/guests/..%2F" + strings.TrimPrefix(prefix, "/a/") + file, strings.ReplaceAll(prefix, "s", "%73") + file, "/%61" + strings.TrimPrefix(prefix, "/a") + file,
		strings.ToUpper(prefix) + file, prefix + file + "?x=/a/guests/", prefix + file + "#/a/guests/", "/assets/../" + strings.TrimPrefix(prefix, "/") + file, "/-/auth/../.." + prefix + file, "/oauth2/.." + prefix + file}
}

// TestNginxShared: what is at an address depends on who asks.
func TestNginxShared(t *testing.T) {
	addr := nginx(t, options(t, "shared", withGuests))
	for who, want := range map[string]string{"": "guests", "nobody": "guests", "eve": "guests", "dan": "guests", "ann": "staff", "bob": "staff", "cat": "security"} {
		for _, file := range kinds {
			if status, body, h := get(t, addr, "/"+file, who, "Sec-Fetch-Dest: empty"); status != 200 || body != "of "+want || h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Cache-Control"), "private") {
				t.Errorf("%q gets %d %q for /%s, %v", who, status, body, file, h)
			}
		}
		for _, other := range []string{"guests", "staff", "security", "hr"} {
			page := "/catalog/default/component/" + other + "/"
			status, body, _ := get(t, addr, page, who)
			if other == want && (status != 200 || body != "of "+want) || other != want && (status != 404 || body != "of "+want) {
				t.Errorf("%q gets %d %q for %s", who, status, body, page)
			}
			for _, path := range tricks("/a/"+other+"/", "catalog.json") {
				if status, body, _ := get(t, addr, path, who); status == 200 && body != "of "+want && strings.HasPrefix(body, "of ") {
					t.Errorf("%q gets %d %q for %s", who, status, body, path)
				}
			}
		}
		for _, path := range []string{"/manifest.json", "/../manifest.json", "/%2e%2e/%2e%2e/manifest.json", "/-/auth", "/-/nobody"} {
			if _, body, _ := get(t, addr, path, who); strings.Contains(body, "everybody") {
				t.Errorf("%q gets %s", who, path)
			}
		}
	}
}

// TestNginxSharedClosed: without an audience of anyone, one has to sign in, and to
// be in a group.
func TestNginxSharedClosed(t *testing.T) {
	addr := nginx(t, options(t, "shared", ""))
	status, _, h := get(t, addr, "/catalog/?q=1&x=2", "", "Sec-Fetch-Dest: document")
	if status != 302 || !strings.HasPrefix(h.Get("Location"), "/oauth2/start?rd=/catalog/") {
		t.Errorf("a page: %d %v", status, h)
	}
	for _, file := range kinds[1:] {
		if status, body, _ := get(t, addr, "/"+file, "", "Sec-Fetch-Dest: empty"); status != 401 || strings.HasPrefix(body, "of ") {
			t.Errorf("%s without a session: %d %s", file, status, body)
		}
		for _, who := range []string{"dan", "eve"} {
			for _, path := range tricks("/", file) {
				if status, body, _ := get(t, addr, path, who); status == 200 || strings.HasPrefix(body, "of ") {
					t.Errorf("%s gets %d %q for %s", who, status, body, path)
				}
			}
			if status, _, _ := get(t, addr, "/"+file, who); status != 403 {
				t.Errorf("%s gets %d for %s", who, status, file)
			}
		}
	}
	if status, body, _ := get(t, addr, "/", "cat"); status != 200 || body != "of security" {
		t.Errorf("%d %s", status, body)
	}
	// A session that ends while a page is open.
	people["tmp"] = "acme-staff"
	if status, _, _ := get(t, addr, "/data/site.json", "tmp"); status != 200 {
		t.Error(status)
	}
	delete(people, "tmp")
	if status, _, _ := get(t, addr, "/data/site.json", "tmp", "Sec-Fetch-Dest: empty"); status != 401 {
		t.Errorf("after the session ended: %d", status)
	}
}

// TestNginxPrefixes: each portal is for the groups of its audience and of those
// that include it, however its path is written.
func TestNginxPrefixes(t *testing.T) {
	addr := nginx(t, options(t, "prefix", withGuests))
	may := map[string][]string{"": {"guests"}, "dan": {"guests"}, "ann": {"guests", "staff"}, "bob": {"guests", "staff"}, "cat": {"guests", "staff", "security"}}
	for who, own := range may {
		for _, name := range []string{"guests", "staff", "security", "hr"} {
			for _, file := range kinds {
				status, body, _ := get(t, addr, "/a/"+name+"/"+file, who, "Sec-Fetch-Dest: empty")
				switch {
				case slices.Contains(own, name) && (status != 200 || body != "of "+name):
					t.Errorf("%q gets %d %q for %s of %s", who, status, body, file, name)
				case !slices.Contains(own, name) && (status != 403 && who != "" || status != 401 && who == ""):
					t.Errorf("%q gets %d for %s of %s", who, status, file, name)
				}
				for _, path := range tricks("/a/"+name+"/", file) {
					_, body, _ := get(t, addr, path, who, "Sec-Fetch-Dest: empty")
					if of, ok := strings.CutPrefix(body, "of "); ok && !slices.Contains(own, of) {
						t.Errorf("%q gets %q for %s", who, body, path)
					}
				}
			}
		}
		for _, path := range []string{"/manifest.json", "/a/manifest.json", "/a/guests/../../manifest.json"} {
			if status, body, _ := get(t, addr, path, who); status == 200 || strings.Contains(body, "everybody") {
				t.Errorf("%q gets %d %s", who, status, path)
			}
		}
		if status, _, h := get(t, addr, "/", who); status != 302 || h.Get("Location") != "/a/"+own[len(own)-1]+"/" {
			t.Errorf("%q is sent to %v", who, h.Get("Location"))
		}
	}
}

func TestAzure(t *testing.T) {
	text, err := Write("azure-static-web-apps", options(t, "prefix", withGuests))
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Routes []struct {
			Route        string
			AllowedRoles []string
		}
		GlobalHeaders map[string]string
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	roles := map[string]string{}
	for _, r := range got.Routes {
		roles[r.Route] = strings.Join(r.AllowedRoles, ",")
	}
	if roles["/a/guests/*"] != "anonymous" || roles["/a/security/*"] != "acme-security" || roles["/a/staff/*"] != "acme-security,acme-staff,acme:ops team" || roles["/*"] != "callboard-nobody" {
		t.Error(roles)
	}
	if last := got.Routes[len(got.Routes)-1].Route; last != "/*" {
		t.Errorf("the last rule is for %s", last)
	}
	if got.GlobalHeaders["Content-Security-Policy"] != "default-src 'none'" {
		t.Error(got.GlobalHeaders)
	}
}

func TestWhatCannotBe(t *testing.T) {
	shared := options(t, "shared", "")
	odd, below, open := shared, shared, shared
	odd.Root = "/srv/x\"; return 200"
	cfg := *shared.Config
	cfg.BaseURL = "https://acme.example/portal/"
	below.Config = &cfg
	open.Config = config.Default()
	for name, c := range map[string]struct {
		proxy string
		o     Options
	}{"cannot choose a directory": {"apache", shared}, "the root must be": {"nginx", odd}, "needs a host of its own": {"nginx", below}, "has no audiences": {"nginx", open}} {
		if _, err := Write(c.proxy, c.o); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
