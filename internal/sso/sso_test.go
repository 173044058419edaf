package sso

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
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
		if r.URL.Path == "/oauth2/userinfo" {
			userinfo(w, r)
			return
		}
		if r.URL.Path == "/oauth2/start" {
			back := cmp.Or(r.URL.Query().Get("rd"), r.Header.Get("X-Auth-Request-Redirect"))
			http.Redirect(w, r, "/sign-in?for="+url.QueryEscape(back), http.StatusFound)
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

// userinfo answers as oauth2-proxy's /oauth2/userinfo does.
func userinfo(w http.ResponseWriter, r *http.Request) {
	c, err := r.Cookie("session")
	if err != nil || people[c.Value] == "" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"user": c.Value, "email": c.Value + "@acme.example", "groups": strings.Split(people[c.Value], ",")})
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

// front is a proxy that runs a configuration of ours, and what a browser sends for
// each reader.
type front struct {
	addr   string
	cookie func(who string) string
	double bool // the gate is not oauth2-proxy itself
}

func (f front) get(t *testing.T, path, who string, headers ...string) (int, string, http.Header) {
	t.Helper()
	if c := f.cookie(who); c != "" {
		headers = append(headers, "Cookie: "+c)
	}
	return get(t, f.addr, path, headers...)
}

// fronts runs a test with each proxy and each gate that there is here.
func fronts(t *testing.T, addresses, more string, f func(*testing.T, front)) {
	for name, run := range map[string]func(*testing.T, Options){"nginx": nginx, "caddy": caddy} {
		t.Run(name, func(t *testing.T) {
			o := options(t, addresses, more)
			o.Listen = free(t)
			run(t, o)
			f(t, front{o.Listen, func(who string) string { return map[bool]string{false: "session=" + who}[who == ""] }, true})
		})
		t.Run(name+" with oauth2-proxy", func(t *testing.T) {
			o := options(t, addresses, more)
			o.Listen = free(t)
			sign := oauth2Proxy(t, &o)
			run(t, o)
			f(t, front{o.Listen, sign, false})
		})
	}
}

// free is an address that nobody listens to.
func free(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// start runs a server until the test ends, and waits until it listens.
func start(t *testing.T, addr string, cmd *exec.Cmd) {
	t.Helper()
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { // until the process ends, which Cleanup sees to
		cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-ended
		if t.Failed() {
			t.Log(said.String())
		}
	})
	for range 800 {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return
		}
		select {
		case <-ended:
			t.Fatal(cmd.Path, " ends at once")
		case <-time.After(25 * time.Millisecond):
		}
	}
	t.Fatal(cmd.Path, " does not listen")
}

// nginx runs the configuration.
func nginx(t *testing.T, o Options) {
	t.Helper()
	bin := program(t, "nginx", "/usr/sbin/nginx")
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
	start(t, o.Listen, exec.Command(bin, "-p", dir, "-c", "nginx.conf"))
}

// caddy runs the configuration.
func caddy(t *testing.T, o Options) {
	t.Helper()
	bin := program(t, "caddy")
	addr := o.Listen
	o.Listen = "http://" + addr
	text, err := Write("caddy", o)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put(t, filepath.Join(dir, "Caddyfile"), "{\n\tadmin off\n}\n"+text)
	cmd := exec.Command(bin, "run", "--config", "Caddyfile", "--adapter", "caddyfile")
	cmd.Dir, cmd.Env = dir, []string{"HOME=" + dir, "XDG_DATA_HOME=" + dir, "XDG_CONFIG_HOME=" + dir}
	start(t, addr, cmd)
}

// get asks for a path as it is written, and returns the answer's status, text and
// Location.
func get(t *testing.T, addr, path string, headers ...string) (int, string, http.Header) {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", path, addr)
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

// TestShared: what is at an address depends on who asks.
func TestShared(t *testing.T) {
	fronts(t, "shared", withGuests, func(t *testing.T, f front) {
		for who, want := range map[string]string{"": "guests", "nobody": "guests", "eve": "guests", "dan": "guests", "ann": "staff", "bob": "staff", "cat": "security"} {
			for _, file := range kinds {
				if status, body, h := f.get(t, "/"+file, who, "Sec-Fetch-Dest: empty"); status != 200 || body != "of "+want || h.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(h.Get("Cache-Control"), "private") {
					t.Errorf("%q gets %d %q for /%s, %v", who, status, body, file, h)
				}
			}
			for _, other := range []string{"guests", "staff", "security", "hr"} {
				page := "/catalog/default/component/" + other + "/"
				status, body, _ := f.get(t, page, who)
				if other == want && (status != 200 || body != "of "+want) || other != want && (status != 404 || body != "of "+want) {
					t.Errorf("%q gets %d %q for %s", who, status, body, page)
				}
				for _, path := range tricks("/a/"+other+"/", "catalog.json") {
					if status, body, _ := f.get(t, path, who); status == 200 && body != "of "+want && strings.HasPrefix(body, "of ") {
						t.Errorf("%q gets %d %q for %s", who, status, body, path)
					}
				}
			}
			for _, path := range []string{"/manifest.json", "/../manifest.json", "/%2e%2e/%2e%2e/manifest.json", "/-/auth", "/-/nobody"} {
				if _, body, _ := f.get(t, path, who); strings.Contains(body, "everybody") {
					t.Errorf("%q gets %s", who, path)
				}
			}
		}
	})
}

// TestSharedClosed: without an audience of anyone, one has to sign in, and to
// be in a group.
func TestSharedClosed(t *testing.T) {
	fronts(t, "shared", "", func(t *testing.T, f front) {
		const page = "/catalog/?q=a%26b+c&x=%2F&rd=/elsewhere/"
		status, _, h := f.get(t, page, "", "Sec-Fetch-Dest: document")
		if status != 302 || f.double && h.Get("Location") != "/sign-in?for="+url.QueryEscape(page) {
			t.Errorf("a page: %d %v", status, h)
		}
		for _, file := range kinds[1:] {
			if status, body, _ := f.get(t, "/"+file, "", "Sec-Fetch-Dest: empty"); status != 401 || strings.HasPrefix(body, "of ") {
				t.Errorf("%s without a session: %d %s", file, status, body)
			}
			for _, who := range []string{"dan", "eve"} {
				for _, path := range tricks("/", file) {
					if status, body, _ := f.get(t, path, who); status == 200 || strings.HasPrefix(body, "of ") {
						t.Errorf("%s gets %d %q for %s", who, status, body, path)
					}
				}
				if status, _, _ := f.get(t, "/"+file, who); status != 403 {
					t.Errorf("%s gets %d for %s", who, status, file)
				}
			}
		}
		if status, body, _ := f.get(t, "/", "cat"); status != 200 || body != "of security" {
			t.Errorf("%d %s", status, body)
		}
		// A session that ends while a page is open.
		if !f.double {
			return
		}
		people["tmp"] = "acme-staff"
		if status, _, _ := f.get(t, "/data/site.json", "tmp"); status != 200 {
			t.Error(status)
		}
		delete(people, "tmp")
		if status, _, _ := f.get(t, "/data/site.json", "tmp", "Sec-Fetch-Dest: empty"); status != 401 {
			t.Errorf("after the session ended: %d", status)
		}
	})
}

// TestPrefixes: each portal is for the groups of its audience and of those
// that include it, however its path is written.
func TestPrefixes(t *testing.T) {
	fronts(t, "prefix", withGuests, func(t *testing.T, f front) {
		may := map[string][]string{"": {"guests"}, "dan": {"guests"}, "ann": {"guests", "staff"}, "bob": {"guests", "staff"}, "cat": {"guests", "staff", "security"}}
		for who, own := range may {
			for _, name := range []string{"guests", "staff", "security", "hr"} {
				for _, file := range kinds {
					status, body, _ := f.get(t, "/a/"+name+"/"+file, who, "Sec-Fetch-Dest: empty")
					switch {
					case slices.Contains(own, name) && (status != 200 || body != "of "+name):
						t.Errorf("%q gets %d %q for %s of %s", who, status, body, file, name)
					case !slices.Contains(own, name) && (status != 403 && who != "" || status != 401 && who == ""):
						t.Errorf("%q gets %d for %s of %s", who, status, file, name)
					}
					for _, path := range tricks("/a/"+name+"/", file) {
						_, body, _ := f.get(t, path, who, "Sec-Fetch-Dest: empty")
						if of, ok := strings.CutPrefix(body, "of "); ok && !slices.Contains(own, of) {
							t.Errorf("%q gets %q for %s", who, body, path)
						}
					}
				}
			}
			for _, path := range []string{"/manifest.json", "/a/manifest.json", "/a/guests/../../manifest.json"} {
				if status, body, _ := f.get(t, path, who); status == 200 || strings.Contains(body, "everybody") {
					t.Errorf("%q gets %d %s", who, status, path)
				}
			}
			if status, _, h := f.get(t, "/", who); status != 302 || h.Get("Location") != "/a/"+own[len(own)-1]+"/" {
				t.Errorf("%q is sent to %v", who, h.Get("Location"))
			}
		}
	})
}

// TestWhoami: the proxies tell readers who they are, and nobody else.
func TestWhoami(t *testing.T) {
	fronts(t, "prefix", withGuests, func(t *testing.T, f front) {
		status, body, h := f.get(t, Whoami, "cat")
		var who struct {
			Email  string
			Groups []string
		}
		if err := json.Unmarshal([]byte(body), &who); err != nil || status != 200 || who.Email != "cat@acme.example" || !slices.Equal(who.Groups, []string{"acme-staff", "acme-security"}) {
			t.Errorf("%d %v %s", status, err, body)
		}
		if kept := strings.Join(h.Values("Cache-Control"), ", "); !strings.Contains(kept, "private") && !strings.Contains(kept, "no-store") {
			t.Errorf("%v", h)
		}
		for _, who := range []string{"", "nobody"} {
			if status, body, _ := f.get(t, Whoami, who); status != 401 || strings.Contains(body, "acme") {
				t.Errorf("%q: %d %s", who, status, body)
			}
		}
	})
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
