package sso

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

// oauth2Proxy runs oauth2-proxy as the manual configures it, with a provider, for
// the proxy that will listen where o says. It returns what signs readers in. It is
// a program that few have, and takes minutes to build, so that nothing requires it:
// go install github.com/oauth2-proxy/oauth2-proxy/v7@latest
func oauth2Proxy(t *testing.T, o *Options, flags ...string) func(who string) (cookie string) {
	t.Helper()
	p := newProvider(t)
	gated(t, p, o, flags...)
	cookies := map[string]string{"": "", "nobody": "_oauth2_proxy=made-up"}
	return func(who string) string {
		if _, ok := cookies[who]; !ok {
			cookies[who] = signIn(t, p, o.Listen, who)
		}
		return cookies[who]
	}
}

// gated runs oauth2-proxy with a provider, as the gate of o.
func gated(t *testing.T, p *provider, o *Options, flags ...string) {
	t.Helper()
	bin, err := exec.LookPath("oauth2-proxy")
	if err != nil {
		t.Skip("there is no oauth2-proxy")
	}
	addr, dir := free(t), t.TempDir()
	put(t, filepath.Join(dir, "secret"), "not-so-secret")
	put(t, filepath.Join(dir, "cookie"), "0123456789abcdef0123456789abcdef")
	put(t, filepath.Join(dir, "oauth2-proxy.cfg"), strings.NewReplacer("https://login.acme.example", p.URL, "/etc/oauth2-proxy", dir, "127.0.0.1:4180", addr).Replace(manual(t, "oauth2-proxy.cfg")))
	args := append([]string{"--config", filepath.Join(dir, "oauth2-proxy.cfg"), "--cookie-secure=false", "--redirect-url=http://" + o.Listen + "/oauth2/callback"}, flags...)
	start(t, addr, exec.Command(bin, args...))
	o.Gate = "http://" + addr
}

// manual is the configuration of that title in the manual.
func manual(t *testing.T, title string) string {
	t.Helper()
	text, err := os.ReadFile("../../content/manual/docs/sso.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text2, found := strings.Cut(string(text), "title=\""+title+"\"\n")
	block, _, ended := strings.Cut(text2, "\n```")
	if !found || !ended {
		t.Fatalf("the manual has no %s", title)
	}
	return block
}

// TestManual: the examples for other programs are YAML at least.
func TestManual(t *testing.T) {
	text, err := os.ReadFile("../../content/manual/docs/sso.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^( *)```yaml title=\"([^\"]*)\"\n(.*?)^ *```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 7 {
		t.Fatalf("%d examples", len(blocks))
	}
	for _, b := range blocks {
		var found diag.List
		if docs := yamldoc.Parse([]byte(regexp.MustCompile("(?m)^"+b[1]).ReplaceAllString(b[3], "")), diag.Pos{File: b[2]}, &found); len(found.All()) > 0 || len(docs) != 1 {
			t.Errorf("%s: %v", b[2], found.All())
		}
	}
}

// TestManualKeycloak: the client for Keycloak tells groups as the configurations here
// read them.
func TestManualKeycloak(t *testing.T) {
	var client struct {
		ClientID        string
		RedirectURIs    []string
		ProtocolMappers []struct {
			ProtocolMapper string
			Config         map[string]string
		}
	}
	if err := json.Unmarshal([]byte(manual(t, "portal.json for Keycloak")), &client); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(manual(t, "oauth2-proxy.cfg"), strconv.Quote(client.ClientID)) || !strings.HasSuffix(strings.Join(client.RedirectURIs, ""), "/oauth2/callback") {
		t.Errorf("the client is %+v", client)
	}
	if m := client.ProtocolMappers; len(m) != 1 || m[0].Config["claim.name"] != "groups" || m[0].Config["full.path"] != "false" || m[0].Config["id.token.claim"] != "true" {
		t.Errorf("groups are told so: %+v", m)
	}
}

// signIn is what a browser sends to addr after its reader has signed in.
func signIn(t *testing.T, p *provider, addr, who string) string {
	t.Helper()
	c := reader(t, p, who)
	if _, _, err := fetch(c, "http://"+addr+"/oauth2/start?rd=/oauth2/userinfo"); err != nil {
		t.Fatal(err)
	}
	return sent(t, c, addr)
}

// TestSignInReturns: after the sign-in, a reader is at the page that they asked for,
// with its query.
func TestSignInReturns(t *testing.T) {
	for name, run := range map[string]func(*testing.T, Options){"nginx": nginx, "caddy": caddy} {
		t.Run(name, func(t *testing.T) {
			o := options(t, "prefix", "")
			o.Listen = free(t)
			p := newProvider(t)
			gated(t, p, &o)
			run(t, o)
			page := "http://" + o.Listen + "/a/staff/?q=a%26b+c&x=%2Fy&rd=/elsewhere/"
			r, err := reader(t, p, "ann").Get(page)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Body.Close()
			if at := r.Request.URL.String(); at != page || r.StatusCode != http.StatusOK {
				t.Errorf("%d at %s", r.StatusCode, at)
			}
		})
	}
}

// sent are the cookies for a server.
func sent(t *testing.T, c *http.Client, addr string) string {
	t.Helper()
	at, err := url.Parse("http://" + addr)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, k := range c.Jar.Cookies(at) {
		all = append(all, k.Name+"="+k.Value)
	}
	return strings.Join(all, "; ")
}

// TestSessionEnds: what oauth2-proxy no longer takes for a session gets nothing.
func TestSessionEnds(t *testing.T) {
	for name, run := range map[string]func(*testing.T, Options){"nginx": nginx, "caddy": caddy} {
		t.Run(name, func(t *testing.T) {
			o := options(t, "prefix", "")
			o.Listen = free(t)
			sign := oauth2Proxy(t, &o, "--cookie-expire=5s", "--cookie-refresh=0")
			run(t, o)
			f := front{addr: o.Listen, cookie: sign}
			if status, body, _ := f.get(t, "/a/staff/data/site.json", "ann"); status != 200 || body != "of staff" {
				t.Fatal(status, body)
			}
			for range 100 {
				if status, body, _ := f.get(t, "/a/staff/data/site.json", "ann", "Sec-Fetch-Dest: empty"); status == 401 && !strings.HasPrefix(body, "of ") {
					return
				}
				time.Sleep(200 * time.Millisecond)
			}
			t.Error("the session never ends")
		})
	}
}
