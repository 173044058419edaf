package ldap_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"callboard/internal/secret"
	"callboard/internal/source"
	"callboard/internal/source/ldap"
)

const conf = `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
moduleload back_ldif
database ldif
suffix "dc=acme"
rootdn "cn=admin,dc=acme"
rootpw marked-password
directory %s
access to * by users read by anonymous auth
`

// entries are an organisation, with what no directory should hold.
func entries() string {
	var b strings.Builder
	b.WriteString("dn: dc=acme\nobjectClass: dcObject\nobjectClass: organization\ndc: acme\no: Acme\n\n" +
		"dn: ou=people,dc=acme\nobjectClass: organizationalUnit\nou: people\n\ndn: ou=teams,dc=acme\nobjectClass: organizationalUnit\nou: teams\n\n")
	person := func(uid, more string) {
		fmt.Fprintf(&b, "dn: uid=%s,ou=people,dc=acme\nobjectClass: inetOrgPerson\nuid: %s\nsn: x\n%s\n", uid, uid, more)
	}
	person("ada", "cn: Ada Lovelace\nmail: ada@acme.example\nlabeledURI: https://acme.example/ada.png\n")
	person("eve", "cn:: "+"PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0PgobWzMxbQ==\nlabeledURI: javascript:alert(1)\ndescription: "+strings.Repeat("x", 10_000)+"\n")
	for i := range 600 { // more than a page
		person(fmt.Sprintf("u%03d", i), fmt.Sprintf("cn: User %d\n", i))
	}
	team := func(cn string, members ...string) {
		fmt.Fprintf(&b, "dn: cn=%s,ou=teams,dc=acme\nobjectClass: groupOfNames\ncn: %s\n", cn, cn)
		for _, m := range members {
			fmt.Fprintf(&b, "member: %s\n", m)
		}
		b.WriteString("\n")
	}
	team("board", "cn=payments,ou=teams,dc=acme")
	team("payments", "UID=ada, ou=People,dc=acme", "uid=gone,ou=people,dc=acme", "cn=board,ou=teams,dc=acme")
	return b.String()
}

// start runs Debian's slapd over the entries.
func start(t *testing.T) string {
	t.Helper()
	for _, p := range []string{"slapd", "slapadd"} {
		if _, err := exec.LookPath(filepath.Join("/usr/sbin", p)); err != nil {
			t.Skip("Debian's package slapd is not installed:", err)
		}
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "db"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "slapd.conf")
	text := fmt.Sprintf("modulepath /usr/lib/ldap\n"+strings.Replace(conf, "moduleload back_ldif\n", "", 1), filepath.Join(dir, "db"))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	add := exec.Command("/usr/sbin/slapadd", "-f", file, "-q")
	add.Stdin = strings.NewReader(entries())
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd := exec.Command("/usr/sbin/slapd", "-d", "0", "-f", file, "-h", "ldap://"+addr)
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it has nothing to lose
		_ = cmd.Wait()
	})
	await(t, addr, &said)
	return "ldap://" + addr
}

// await waits until a server takes connections.
func await(t *testing.T, addr string, said *bytes.Buffer) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", addr); err == nil {
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("slapd does not answer: %s", said)
}

func options(url string) ldap.Options {
	return ldap.Options{URL: url, BindDN: "cn=admin,dc=acme", Secret: secret.New("marked-password"),
		Users:  []ldap.Search{{Base: "ou=people,dc=acme", Scope: "one", Filter: "(uid=*)", Map: ldap.Map{RDN: "uid", Name: "uid", DisplayName: "cn", Email: "mail", Description: "description", Picture: "labeledURI", MemberOf: "memberOf"}}},
		Groups: []ldap.Search{{Base: "dc=acme", Scope: "sub", Filter: "(objectClass=groupOfNames)", Namespace: "acme", Map: ldap.Map{RDN: "cn", Name: "CN", DisplayName: "cn", Type: "groupType", Members: "member"}}}}
}

func people(t *testing.T, o ldap.Options) (source.People, error) {
	t.Helper()
	d, err := ldap.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return d.People(t.Context())
}

func TestPeople(t *testing.T) {
	url := start(t)
	t.Run("all", func(t *testing.T) { testAll(t, url) })
	t.Run("faults", func(t *testing.T) { testFaults(t, url) })
}

func testAll(t *testing.T, url string) {
	p, err := people(t, options(url))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Users) != 602 || len(p.Groups) != 2 {
		t.Fatalf("%d users, %d groups", len(p.Users), len(p.Groups))
	}
	user := func(name string) source.User {
		i := slices.IndexFunc(p.Users, func(u source.User) bool { return u.Name == name })
		if i < 0 {
			t.Fatalf("there is no %s", name)
		}
		u := p.Users[i]
		if len(u.Annotations["backstage.io/ldap-uuid"]) != 36 {
			t.Errorf("%s has the annotations %v", name, u.Annotations)
		}
		u.Annotations = map[string]string{"dn": u.Annotations["backstage.io/ldap-dn"], "rdn": u.Annotations["backstage.io/ldap-rdn"]}
		return u
	}
	ada := source.User{Name: "ada", DisplayName: "Ada Lovelace", Email: "ada@acme.example", Picture: "https://acme.example/ada.png", Groups: []string{"payments"},
		Annotations: map[string]string{"dn": "uid=ada,ou=people,dc=acme", "rdn": "ada"}}
	if got := user("ada"); !reflect.DeepEqual(got, ada) {
		t.Errorf("%+v", got)
	}
	eve := user("eve")
	if eve.Picture != "" || len(eve.Description) != ldap.MaxValue || strings.ContainsAny(eve.DisplayName, "\n\x1b") || eve.DisplayName != "<script>alert(1)</script> [31m" {
		t.Errorf("%q %q %d", eve.Picture, eve.DisplayName, len(eve.Description))
	}
	parents := map[string]string{}
	for _, g := range p.Groups {
		parents[g.Name] = g.Parent
		if g.Namespace != "acme" || g.Type != "unknown" {
			t.Errorf("%+v", g)
		}
	}
	if len(parents) != 2 || (parents["board"] == "") == (parents["payments"] == "") {
		t.Errorf("groups in a circle have the parents %v; one of them must have none", parents)
	}
}

func testFaults(t *testing.T, url string) {
	for name, c := range map[string]struct {
		change func(*ldap.Options)
		want   source.FaultKind
	}{
		"password":   {func(o *ldap.Options) { o.Secret = secret.New("wrong-marked") }, source.Denied},
		"nobody":     {func(o *ldap.Options) { o.BindDN, o.Secret = "", secret.String{} }, source.Denied},
		"base":       {func(o *ldap.Options) { o.Users[0].Base = "ou=gone,dc=acme" }, source.Gone},
		"connection": {func(o *ldap.Options) { o.URL = "ldap://127.0.0.1:1" }, source.Unreachable},
		"tls":        {func(o *ldap.Options) { o.StartTLS = true }, source.Broken},
	} {
		o := options(url)
		c.change(&o)
		_, err := people(t, o)
		if source.KindOf(err) != c.want || strings.Contains(fmt.Sprint(err), "marked") {
			t.Errorf("%s: %v (%s), want %s", name, err, source.KindOf(err), c.want)
		}
	}
	d, err := ldap.New(options(url))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.People(ctx); err != context.Canceled {
		t.Errorf("when nobody waits any more: %v", err)
	}
}

func TestRefused(t *testing.T) {
	for name, change := range map[string]func(*ldap.Options){
		"address":   func(o *ldap.Options) { o.URL = "https://ldap.acme.example" },
		"clear":     func(o *ldap.Options) { o.URL = "ldap://ldap.acme.example" },
		"twice":     func(o *ldap.Options) { o.URL, o.StartTLS = "ldaps://ldap.acme.example", true },
		"filter":    func(o *ldap.Options) { o.Users[0].Filter = "(uid=" },
		"authority": func(o *ldap.Options) { o.CA = []byte("x") },
	} {
		o := options("ldap://127.0.0.1:389")
		change(&o)
		if _, err := ldap.New(o); err == nil || strings.Contains(err.Error(), "marked") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
