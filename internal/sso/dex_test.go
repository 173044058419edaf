package sso

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDex has people of an LDAP directory sign in by the Dex of the manual. Dex is a
// program that few have, so that nothing requires it; it is built from its source,
// github.com/dexidp/dex, by go build ./cmd/dex.
func TestDex(t *testing.T) {
	bin, err := exec.LookPath("dex")
	if err != nil {
		t.Skip("there is no dex")
	}
	dir, addr := t.TempDir(), free(t)
	at := apache(t, options(t, "prefix", withGuests), "http://"+addr)
	put(t, filepath.Join(dir, "dex.yaml"), dexConfig(t, addr, at, slapd(t)))
	cmd := exec.Command(bin, "serve", filepath.Join(dir, "dex.yaml"))
	cmd.Env = append(os.Environ(), "PORTAL_SECRET=not-so-secret", "LDAP_PASSWORD=of-dex")
	start(t, addr, cmd)
	for who, may := range map[string]string{"ann": "staff", "cat": "staff security", "eve": ""} {
		c, body := signInByForm(t, "http://"+at+"/a/staff/", who, "of-"+who)
		if strings.Contains(may, "staff") != (body == "of staff") {
			t.Errorf("%s is at %q after the sign-in", who, body)
		}
		session := "Cookie: " + sent(t, c, at)
		for _, name := range []string{"staff", "security", "hr"} {
			status, body, _ := get(t, at, "/a/"+name+"/catalog.json", session)
			if allowed := strings.Contains(may, name); allowed && (status != http.StatusOK || body != "of "+name) || !allowed && status != http.StatusForbidden {
				t.Errorf("%s gets %d %q of %s", who, status, body, name)
			}
		}
	}
	if _, body := signInByForm(t, "http://"+at+"/a/staff/", "ann", "of-cat"); strings.HasPrefix(body, "of ") {
		t.Errorf("with the password of another: %q", body)
	}
}

// dexConfig is the configuration of the manual for what runs here.
func dexConfig(t *testing.T, addr, portal, directory string) string {
	t.Helper()
	text := manual(t, "dex.yaml")
	for _, r := range [][2]string{
		{"https://login.acme.example", "http://" + addr},
		{"type: sqlite3\n  config: {file: /var/lib/dex/dex.db}", "type: memory"},
		{"127.0.0.1:5556", addr},
		{"https://portal.acme.example", "http://" + portal},
		{"host: ldap.acme.example:636", "host: " + directory + "\n      insecureNoSSL: true"},
	} {
		if !strings.Contains(text, r[0]) {
			t.Fatalf("dex.yaml of the manual has no %q", r[0])
		}
		text = strings.ReplaceAll(text, r[0], r[1])
	}
	return text
}

// signInByForm asks for a page with a new browser, fills in the form that comes
// instead, and returns the browser and what comes then.
func signInByForm(t *testing.T, page, name, password string) (*http.Client, string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, Timeout: 20 * time.Second}
	r, err := c.Get(page)
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	r, err = c.PostForm(r.Request.URL.String(), url.Values{"login": {name}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return c, string(body)
}

// slapd runs Debian's slapd over the people of these tests, and returns its address.
func slapd(t *testing.T) string {
	t.Helper()
	bin := program(t, "slapd", "/usr/sbin/slapd")
	dir, addr := t.TempDir(), free(t)
	file := filepath.Join(dir, "slapd.conf")
	if err := os.Mkdir(filepath.Join(dir, "db"), 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, file, fmt.Sprintf(`include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
database ldif
suffix "dc=acme,dc=example"
rootdn "cn=dex,ou=services,dc=acme,dc=example"
rootpw of-dex
directory %s
access to * by users read by anonymous auth
`, filepath.Join(dir, "db")))
	entries := "dn: dc=acme,dc=example\nobjectClass: dcObject\nobjectClass: organization\ndc: acme\no: Acme\n\n" +
		"dn: ou=people,dc=acme,dc=example\nobjectClass: organizationalUnit\nou: people\n\ndn: ou=groups,dc=acme,dc=example\nobjectClass: organizationalUnit\nou: groups\n\n"
	for _, who := range []string{"ann", "cat", "eve"} {
		entries += fmt.Sprintf("dn: uid=%s,ou=people,dc=acme,dc=example\nobjectClass: inetOrgPerson\nuid: %s\ncn: %s\nsn: x\nmail: %s@acme.example\nuserPassword: of-%s\n\n", who, who, who, who, who)
	}
	for group, members := range map[string][]string{"acme-staff": {"ann", "cat"}, "acme-security": {"cat"}, "others": {"eve"}} {
		entries += fmt.Sprintf("dn: cn=%s,ou=groups,dc=acme,dc=example\nobjectClass: groupOfNames\ncn: %s\n", group, group)
		for _, m := range members {
			entries += "member: uid=" + m + ",ou=people,dc=acme,dc=example\n"
		}
		entries += "\n"
	}
	add := exec.Command(filepath.Join(filepath.Dir(bin), "slapadd"), "-f", file, "-q")
	add.Stdin = strings.NewReader(entries)
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	start(t, addr, exec.Command(bin, "-d", "0", "-f", file, "-h", "ldap://"+addr))
	return addr
}
