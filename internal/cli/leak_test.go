package cli

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// parrot is a host of every kind that repeats what it is shown, in every place of
// an answer where words can be.
type parrot struct {
	mu    sync.Mutex
	mode  int
	shown map[string]bool // credentials, as they came and as they are meant
}

const minted = "ghs_minted+token/of=theInstallation"

// parrotModes is in how many ways it answers.
const parrotModes = 5

func (p *parrot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	words := p.hear(r)
	switch { // an App gets its token, and shows it then
	case r.URL.Path == "/app/installations":
		fmt.Fprint(w, `[{"id":1,"target_type":"Organization","account":{"login":"acme"}}]`)
		return
	case strings.HasSuffix(r.URL.Path, "/access_tokens"):
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(map[string]string{"token": minted, "expires_at": "2099-01-01T00:00:00Z"})
		return
	}
	said, _ := json.Marshal(map[string]any{"message": words, "errors": []any{map[string]string{"message": words}}, "error": map[string]string{"message": words}})
	h := w.Header()
	h.Set("Content-Type", "application/json")
	switch p.mode {
	case 0:
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write(said)
	case 1:
		h.Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprintf(w, "<h1>%s</h1>", words)
	case 2: // is worth keeping, and leads on with what it was shown
		h.Set("ETag", `"1"`)
		h.Set("Link", `<`+"http://"+r.Host+r.URL.Path+`?page=2&token=`+url.QueryEscape(words)+`>; rel="next"`)
		fmt.Fprint(w, `[]`)
	case 3:
		http.Redirect(w, r, "http://elsewhere.invalid/?t="+url.QueryEscape(words)+"&p="+url.PathEscape(words), http.StatusFound)
	case 4:
		h.Set("ETag", `"2"`)
		fmt.Fprintf(w, `{"data":{"x":%q`, words) // and no more
	}
}

// hear notes what it is shown, and gives it as it came and as it is meant.
func (p *parrot) hear(r *http.Request) string {
	var words []string
	for _, name := range []string{"Authorization", "Private-Token", "Job-Token"} {
		for _, v := range r.Header.Values(name) {
			words = append(words, v)
			_, bare, _ := strings.Cut(v, " ")
			words = append(words, bare)
			if b, err := base64.StdEncoding.DecodeString(bare); err == nil {
				words = append(words, string(b))
			}
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range words {
		p.shown[s] = true
	}
	return strings.Join(words, " ")
}

// spellings are the forms in which a secret may be somewhere: as it is, in an
// address, in JSON, and in base64, alone and behind a user's name.
func spellings(secret string) []string {
	out := []string{secret, url.QueryEscape(secret), url.PathEscape(secret)}
	if b, err := json.Marshal(secret); err == nil {
		out = append(out, string(b[1:len(b)-1]))
	}
	for _, user := range []string{"", ":", "portal:", "x-token-auth:"} {
		for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			all := alphabet.EncodeToString([]byte(user + secret))
			out = append(out, all[:len(all)-1]) // whatever comes behind it
		}
	}
	return out
}

// everything are the files below a directory, by their names, packed or not.
func everything(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(name)
		if z, zerr := gzip.NewReader(bytes.NewReader(b)); zerr == nil {
			inner, _ := io.ReadAll(z)
			b = append(b, inner...)
		}
		out[name] = append([]byte(name+"\n"), b...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// hostsOfParrot names hosts of all kinds at one address, each with a secret of its
// own.
const hostsOfParrot = `title: Acme
crawl: {maxWait: 1ms}
sources:
  - github: {organization: acme, people: true, apiBaseUrl: "ADDRESS", token: "${GITHUB}"}
  - github: {installations: "*", people: true, apiBaseUrl: "ADDRESS", app: {id: 7, privateKey: "${APP_KEY}"}}
  - gitlab: {group: acme, people: true, apiBaseUrl: "ADDRESS/api/v4", token: "${GITLAB}"}
  - gitea: {host: gitea.acme.example, baseUrl: "ADDRESS", organization: acme, people: true, token: "${GITEA}"}
  - gitea: {host: gitea.acme.example, baseUrl: "ADDRESS", organization: tools, username: portal, token: "${PASSWORD}"}
  - bitbucketCloud: {workspace: acme, apiBaseUrl: "ADDRESS/2.0", token: "${CLOUD}"}
  - bitbucketCloud: {workspace: tools, apiBaseUrl: "ADDRESS/2.0", username: portal, token: "${APP_PASSWORD}"}
  - bitbucketServer: {host: bb.acme.example, apiBaseUrl: "ADDRESS/rest/api/1.0", token: "${SERVER}"}
  - azureDevOps: {organization: acme, apiBaseUrl: "ADDRESS", token: "${AZURE}"}
  - git: {url: "ADDRESS/payments.git", username: portal, token: "${GIT}"}
  - people: {ldap: {url: "LDAP", bind: {dn: "cn=portal", secret: "${DIRECTORY}"}, users: {base: "o=acme"}}}
`

// TestNothingTells crawls hosts that repeat every secret that they are shown, and
// builds of what came: none of them is in a file, a name or a word that was
// printed, in any form.
func TestNothingTells(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	secrets := map[string]string{"APP_KEY": string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))}
	for _, name := range []string{"GITHUB", "GITLAB", "GITEA", "PASSWORD", "CLOUD", "APP_PASSWORD", "SERVER", "AZURE", "GIT", "DIRECTORY"} {
		secrets[name] = `marked+/=&"` + strings.ToLower(name) + "0123456789"
	}
	p := &parrot{shown: map[string]bool{}}
	web := httptest.NewServer(p)
	defer web.Close()
	dir := t.TempDir()
	put(t, filepath.Join(dir, "callboard.yaml"), strings.NewReplacer("ADDRESS", web.URL, "LDAP", echoing(t)).Replace(hostsOfParrot))
	said := &bytes.Buffer{}
	env := Env{Stdin: strings.NewReader(""), Stdout: said, Stderr: said, Dir: dir, Getenv: func(name string) string {
		switch name {
		case "CALLBOARD_CACHE_DIR":
			return filepath.Join(dir, "cache")
		case "PATH":
			return os.Getenv("PATH")
		}
		return secrets[name]
	}}
	for p.mode = range parrotModes {
		for _, args := range [][]string{{"crawl", "--verbose"}, {"crawl", "--plan", "--format", "json"}} {
			if code := Main(t.Context(), env, args); code != ExitFindings && code != ExitOK {
				t.Fatalf("%d: %v: %d\n%s", p.mode, args, code, said)
			}
		}
	}
	for _, args := range [][]string{{"build", "--out", "public"}, {"lint"}, {"config"}} {
		Main(t.Context(), env, args)
	}
	for name, secret := range secrets {
		if name != "APP_KEY" && name != "DIRECTORY" && !p.shown[secret] && !p.shown["portal:"+secret] && !p.shown[":"+secret] {
			t.Errorf("%s was never shown to the host, so that nothing is proved of it", name)
		}
	}
	files := everything(t, dir)
	files["what was printed"] = said.Bytes()
	if len(files) < 30 || !bytes.Contains(said.Bytes(), []byte("[secret]")) {
		t.Errorf("%d files, and this was printed:\n%s", len(files), said)
	}
	p.absent(t, files, secrets)
}

// absent holds that nothing has the secrets, or what was made of them.
func (p *parrot) absent(t *testing.T, files map[string][]byte, secrets map[string]string) {
	t.Helper()
	forms := map[string]string{}
	add := func(what, secret string) {
		for _, s := range spellings(secret) {
			forms[s] = what
		}
	}
	for name, s := range secrets {
		add(name, s)
	}
	for _, line := range strings.Split(secrets["APP_KEY"], "\n")[1:20] {
		add("a line of the key", line)
	}
	if add("the installation's token", minted); !p.shown[minted] {
		t.Error("the App never showed the token of its installation")
	}
	for s := range p.shown {
		if strings.HasPrefix(s, "eyJ") {
			add("a JSON web token", s)
		}
	}
	for name, text := range files {
		for form, what := range forms {
			if i := bytes.Index(text, []byte(form)); i >= 0 {
				t.Errorf("%s has %s: …%.200q", name, what, text[max(0, i-80):])
			}
		}
	}
}

// echoing is a directory server that answers with the bytes that it is sent.
func echoing(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() { // ends when the listener is closed
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			b := make([]byte, 1<<10)
			n, _ := c.Read(b)
			_, _ = c.Write(b[:n])
			c.Close()
		}
	}()
	return "ldap://" + l.Addr().String()
}
