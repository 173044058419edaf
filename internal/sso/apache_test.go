package sso

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// provider is an OpenID Connect provider: what one needs for the code flow (OpenID
// Connect Core 1.0, section 3.1; Discovery 1.0), with PKCE (RFC 7636) checked.
type provider struct {
	*httptest.Server
	t   *testing.T
	key *rsa.PrivateKey

	mu    sync.Mutex
	codes map[string]grant
}

type grant struct{ user, nonce, client, challenge string }

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, key: key, codes: map[string]grant{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		p.json(w, map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
			"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
			"token_endpoint_auth_methods_supported": []string{"client_secret_basic"}, "code_challenge_methods_supported": []string{"S256"}})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		p.json(w, map[string]any{"keys": []any{map[string]any{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1", "n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes())}}})
	})
	mux.HandleFunc("/authorize", p.authorize)
	mux.HandleFunc("/token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (p *provider) json(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		p.t.Error(err)
	}
}

// authorize asks who is there, with a button for each, or knows by a cookie.
func (p *provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	user := q.Get("as")
	if c, err := r.Cookie("me"); err == nil && user == "" {
		user = c.Value
	}
	if user == "" {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!doctype html><title>Sign in</title><h1>Who are you?</h1>")
		for name := range people {
			q.Set("as", name)
			fmt.Fprintf(w, `<p><a id="%s" href="/authorize?%s">%s</a></p>`, name, html.EscapeString(q.Encode()), name)
		}
		return
	}
	code := b64(p.random())
	p.mu.Lock()
	p.codes[code] = grant{user, q.Get("nonce"), q.Get("client_id"), q.Get("code_challenge")}
	p.mu.Unlock()
	to, err := url.Parse(q.Get("redirect_uri"))
	if err != nil {
		p.t.Error(err)
		return
	}
	to.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
	http.Redirect(w, r, to.String(), http.StatusFound)
}

func (p *provider) random() []byte {
	b := make([]byte, 16)
	rand.Read(b)
	return b
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	g, ok := p.codes[r.FormValue("code")]
	delete(p.codes, r.FormValue("code"))
	p.mu.Unlock()
	id, secret, _ := r.BasicAuth()
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !ok || id != g.client || secret != "not-so-secret" || b64(sum[:]) != g.challenge {
		p.t.Errorf("the token request is wrong: code known %v, client %q, verifier %q", ok, id, r.FormValue("code_verifier"))
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	now := time.Now().Unix()
	claims := map[string]any{"iss": p.URL, "sub": g.user, "aud": g.client, "iat": now, "exp": now + 300, "nonce": g.nonce, "email": g.user + "@acme.example", "email_verified": true, "preferred_username": g.user, "groups": strings.Split(people[g.user], ",")}
	p.json(w, map[string]any{"access_token": b64(p.random()), "token_type": "Bearer", "expires_in": 300, "id_token": p.sign(claims)})
}

// sign makes a JSON Web Token (RFC 7519) with RS256.
func (p *provider) sign(claims map[string]any) string {
	body, err := json.Marshal(claims)
	if err != nil {
		p.t.Error(err)
	}
	text := b64([]byte(`{"alg":"RS256","kid":"1","typ":"JWT"}`)) + "." + b64(body)
	sum := sha256.Sum256([]byte(text))
	sig, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	if err != nil {
		p.t.Error(err)
	}
	return text + "." + b64(sig)
}

// apache runs the configuration with modules of the system, for people of a provider,
// and returns the server's address.
func apache(t *testing.T, o Options, issuer string) string {
	t.Helper()
	bin := program(t, "apache2", "/usr/sbin/apache2")
	modules := "/usr/lib/apache2/modules"
	if _, err := os.Stat(filepath.Join(modules, "mod_auth_openidc.so")); err != nil {
		if os.Getenv("CALLBOARD_PROXIES") == "required" {
			t.Fatal(err)
		}
		t.Skip("there is no mod_auth_openidc")
	}
	addr := free(t)
	o.Listen = addr
	text, err := Write("apache", o)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var b strings.Builder
	fmt.Fprintf(&b, "ServerRoot %q\nListen %s\nServerName %s\nPidFile %q\nErrorLog %q\nDefaultRuntimeDir %q\nTimeout 20\n", dir, addr, addr, filepath.Join(dir, "pid"), filepath.Join(dir, "error.log"), dir)
	for _, m := range []string{"mpm_event", "authn_core", "authz_core", "authz_user", "auth_openidc", "alias", "headers", "dir", "mime"} {
		fmt.Fprintf(&b, "LoadModule %s_module %s/mod_%s.so\n", m, modules, m)
	}
	if os.Getuid() == 0 {
		b.WriteString("User www-data\nGroup www-data\n")
		for _, d := range []string{dir, filepath.Dir(dir), o.Root, filepath.Dir(o.Root)} {
			if err := os.Chmod(d, 0o777); err != nil {
				t.Fatal(err)
			}
		}
	}
	b.WriteString("TypesConfig /etc/mime.types\n" + text)
	put(t, filepath.Join(dir, "apache.conf"), b.String())
	cmd := exec.Command(bin, "-D", "FOREGROUND", "-f", filepath.Join(dir, "apache.conf"))
	cmd.Env = append(os.Environ(), "OIDC_ISSUER="+issuer, "OIDC_CLIENT_ID=portal", "OIDC_CLIENT_SECRET=not-so-secret", "OIDC_PASSPHRASE=of some length")
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
		if log, err := os.ReadFile(filepath.Join(dir, "error.log")); t.Failed() && err == nil {
			t.Log(said.String(), string(log))
		}
	})
	for range 400 {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return addr
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Error("apache does not listen")
	return addr
}

// reader is somebody with a browser's cookies who is known to the provider.
func reader(t *testing.T, p *provider, who string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse(p.URL)
	if err != nil {
		t.Fatal(err)
	}
	if who != "" {
		jar.SetCookies(at, []*http.Cookie{{Name: "me", Value: who}})
	}
	return &http.Client{Jar: jar, Timeout: 20 * time.Second}
}

// TestApache signs people in at a provider and asks for everything.
func TestApache(t *testing.T) {
	p := newProvider(t)
	o := options(t, "prefix", withGuests)
	addr := apache(t, o, p.URL)
	may := map[string][]string{"dan": {"guests"}, "ann": {"guests", "staff"}, "bob": {"guests", "staff"}, "cat": {"guests", "staff", "security"}}
	for who, own := range may {
		c := reader(t, p, who)
		if _, _, err := fetch(c, "http://"+addr+"/a/staff/"); err != nil {
			t.Fatal(err)
		}
		session := "Cookie: " + sent(t, c, addr)
		_, told, _ := get(t, addr, "/oauth2/callback?info=json", session)
		if _, _, h := get(t, addr, Whoami, session); h.Get("Location") != "http://"+addr+"/oauth2/callback?info=json" || !strings.Contains(told, `"email": "`+who+`@acme.example"`) {
			t.Errorf("%s is told %v, %s", who, h, told)
		}
		for _, name := range []string{"guests", "staff", "security", "hr"} {
			for _, file := range kinds {
				status, body, h := get(t, addr, "/a/"+name+"/"+file, session, "Sec-Fetch-Dest: empty")
				if yes := slices.Contains(own, name); yes && (status != 200 || body != "of "+name || h.Get("X-Content-Type-Options") != "nosniff") || !yes && status != 403 {
					t.Errorf("%s gets %d %q for %s of %s", who, status, body, file, name)
				}
				if file != "catalog.json" && file != "" {
					continue
				}
				for _, path := range tricks("/a/"+name+"/", file) {
					_, body, _ := get(t, addr, path, session)
					if of, ok := strings.CutPrefix(body, "of "); ok && !slices.Contains(own, of) {
						t.Errorf("%s gets %q for %s", who, body, path)
					}
				}
			}
		}
		for _, path := range []string{"/manifest.json", "/a/manifest.json", "/a/guests/../../manifest.json", "/", "/a/"} {
			if status, _, _ := get(t, addr, path, session); status == 200 {
				t.Errorf("%s gets %s", who, path)
			}
		}
	}
	// Without a session: guests' portal is open, a page leads to the provider, what a
	// script asks for does not.
	if status, body, _ := get(t, addr, "/a/guests/"); status != 200 || body != "of guests" {
		t.Errorf("%d %q", status, body)
	}
	if status, _, h := get(t, addr, "/a/staff/", "Sec-Fetch-Dest: document"); status != 302 || !strings.HasPrefix(h.Get("Location"), p.URL+"/authorize?") {
		t.Errorf("%d %v", status, h)
	}
	for _, session := range []string{"", "Cookie: mod_auth_openidc_session=made-up"} {
		if status, body, _ := get(t, addr, "/a/staff/data/site.json", "Sec-Fetch-Dest: empty", session); status != 401 || strings.HasPrefix(body, "of ") {
			t.Errorf("%q: %d %s", session, status, body)
		}
	}
}

func fetch(c *http.Client, address string) (status int, body string, err error) {
	r, err := c.Get(address)
	if err != nil {
		return 0, "", err
	}
	b, err := io.ReadAll(r.Body)
	return r.StatusCode, string(b), errors.Join(err, r.Body.Close())
}
