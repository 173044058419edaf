// Package archtest holds the architecture as a test: which floor each package
// is on, who alone may import what, and which modules the program links.
package archtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// floors are the rooms of the house. A package imports packages of lower floors
// only. Floor 0 packages may import each other's plain types (digest, diag) as
// long as there is no circle, which the compiler sees to.
var floors = map[string]int{
	"cmd/callboard":                  10,
	"internal/release":               10, // a program of its own: makes the archives of a release
	"internal/action":                1,  // a job at GitHub: outputs, events, comments
	"internal/preview":               1,  // the pages that a change touches, out of a portal that was built
	"internal/sbom":                  0,  // what a program is made of, as a document
	"internal/cli":                   9,
	"internal/serve":                 8,
	"internal/lsp":                   8, // an editor's conversation; keeps what build reads
	"internal/mcp":                   2, // an agent's conversation; reads the files of a portal
	"internal/build":                 7,
	"internal/render":                6,
	"internal/site":                  5,
	"internal/lint":                  4,
	"internal/sso":                   4, // the configuration of proxies that sign readers in
	"internal/audit":                 8, // looks in what build wrote for what it was not to tell
	"internal/doctor":                4, // looks at a portal where it is read, as a browser does
	"internal/audience":              4, // who may see what of a catalog; what build makes portals of
	"internal/process":               4, // changes the drafts of catalog by what config says, before they are checked
	"internal/process/exec":          1, // programs named in the configuration; knows nothing of entities
	"internal/source/dir":            4,
	"internal/changes":               4, // what a change does to a catalog, and to those who refer to it
	"internal/git":                   1, // reads an earlier commit, or a repository elsewhere, by the program git
	"internal/source":                3,
	"internal/catalog":               3,
	"internal/docs/prepare":          3, // the text of pages before it is Markdown: files and variables put into it
	"internal/docs":                  4, // finds the sets of documentation of a catalog
	"internal/publish":               4, // brings what output wrote to where it is read
	"internal/publish/azblob":        5,
	"internal/publish/dir":           5, // stores know what a store is
	"internal/publish/gcs":           5,
	"internal/publish/s3":            5,
	"internal/publish/sftp":          5,
	"internal/publish/pages":         5, // what hosts of pages take as a whole
	"internal/remote":                5, // a directory that is kept in a store
	"internal/filetype":              0, // how a host should serve a file of a portal
	"internal/output":                3, // a portal's directory: staging, manifest, what is kept
	"internal/proposal":              3, // what init proposes; looks at files, draws drafts
	"internal/draft":                 2, // entities of what is known from elsewhere than a catalog file
	"internal/news":                  4, // what is new in a catalog since the last build; feeds
	"internal/importer":              3, // files of other catalogs; beside catalog, which it needs nothing of
	"internal/repofs":                2,
	"internal/repofs/repofstest":     0, // archives for tests
	"internal/schema":                2,
	"internal/markdown":              3, // knows all extensions of pymarkdown
	"internal/jinja":                 0, // templates of strangers over data; knows no files
	"internal/pymarkdown":            0, // Python-Markdown's dialect: text to a tree, nothing else
	"internal/pymarkdown/extensions": 0, // its own extensions
	"internal/pymarkdown/pygments":   0, // what stands around highlighted code
	"internal/pymarkdown/emoji":      0, // names of emoji, and icons, which are data
	"internal/pymarkdown/slugs":      0, // identifiers of headings, which extensions of both packages ask for
	"internal/pymarkdown/pymdownx":   2, // pymdown-extensions, some of which build on those; options of blocks are YAML
	"internal/apidoc":                2,
	"internal/theme":                 2,
	"internal/jq":                    2, // jq expressions of configurations; fromyaml reads through yamldoc
	"internal/yamldoc":               1,
	"internal/entity":                1,
	"internal/cache":                 1,
	"internal/config":                3, // reads through yamldoc and is checked by schema
	"internal/appconfig":             4, // what Backstage's app-config.yaml says, as entries of config
	"internal/assets":                1,
	"internal/search":                1,
	"internal/search/searchtest":     0, // queries of which it is known what they must find, and scores
	"internal/codesearch":            1, // the search in source code: index, query and reader
	"internal/highlight":             1, // code to highlighted HTML, for Markdown and for definitions
	"internal/codeowners":            1, // who owns a path; read by processors and by init
	"internal/polite":                4, // the client of all hosts' APIs: limits, attempts, conditions
	"internal/facts":                 0,
	"internal/secret":                0,
	"internal/gcpace":                0, // the garbage collector before main
	"internal/hugepages":             0, // the first memory of the heap in large pages
	"internal/jsonrpc":               0, // what the conversations of lsp and mcp have in common
	"internal/spelling":              0, // how far words are from one another, for "did you mean"
	"internal/lazyregexp":            0, // patterns that are compiled when they are used
	"internal/diag":                  0,
	"internal/digest":                0,
	"internal/par":                   0,
	"internal/sanitize":              0,
	"internal/urlpath":               0,
	"internal/graph":                 0,
	"internal/svg":                   0, // what drawings are written with: graph and mermaid
	"internal/mermaid":               1, // flowcharts and sequence diagrams, laid out by graph
	"internal/diagram":               2, // diagrams that other programs draw, and a server, as the configuration says
	"internal/mathml":                0, // formulas: text to text
	"themes":                         0,
	"content":                        0,

	"internal/source/people": 4, // people of a file
	"internal/source/ldap":   4, // people of a directory server

	// A crawl decides what hosts are asked for. Its state knows nothing of hosts, and
	// is a source like any other.
	"internal/crawl":         6,
	"internal/crawl/state":   2,
	"internal/source/stored": 4,

	// Hosts know their API, the client and what a source is.
	"internal/source/github":    5,
	"internal/source/rest":      5, // addresses, pages and contents of JSON APIs; for the hosts whose libraries are not used
	"internal/source/gitlab":    6, // asks by rest
	"internal/source/gitea":     6, // asks by rest
	"internal/source/bitbucket": 6, // asks by rest
	"internal/source/azure":     6, // asks by rest
	"internal/source/git":       6, // asks by internal/git; shares the names of modes with rest
}

// soleImporters says who alone may import a package.
var soleImporters = map[string][]string{
	"github.com/spf13/cobra":                   {"internal/cli"},
	"github.com/go-ldap/ldap/v3":               {"internal/source/ldap"},
	"html/template":                            {"internal/render", "internal/theme"},
	"github.com/yuin/goldmark":                 {"internal/markdown", "internal/pymarkdown"},
	"github.com/alecthomas/chroma/v2":          {"internal/highlight"},
	"gopkg.in/yaml.v3":                         {"internal/yamldoc"},
	"github.com/santhosh-tekuri/jsonschema/v5": {"internal/schema"},
	"github.com/itchyny/gojq":                  {"internal/jq"},
	"github.com/evanw/esbuild/pkg/api":         {"internal/assets"},
	"github.com/fsnotify/fsnotify":             {"internal/serve"},
	"github.com/google/go-github/v60":          {"internal/source/github"},
	"golang.org/x/net/html":                    {"internal/sanitize", "internal/markdown", "internal/preview", "internal/doctor", "internal/site/sitetest"},
	"golang.org/x/sys":                         {"internal/output", "internal/repofs"},
	"archive/tar":                              {"internal/repofs", "internal/publish/pages", "internal/release"},
	"os/exec":                                  {"internal/process/exec", "internal/git", "internal/release"},
	"net/http":                                 {"internal/action", "internal/doctor", "internal/diagram", "internal/serve", "internal/cli", "internal/polite", "internal/source/github", "internal/source/rest", "internal/source/gitlab", "internal/source/gitea", "internal/source/bitbucket", "internal/source/azure", "internal/publish/s3", "internal/publish/gcs", "internal/publish/azblob"},
	"github.com/Azure/azure-sdk-for-go":        {"internal/publish/azblob"},
	"github.com/aws":                           {"internal/publish/s3"},
	"golang.org/x/oauth2":                      {"internal/publish/gcs"},
	"github.com/pkg/sftp":                      {"internal/publish/sftp"},
	"golang.org/x/crypto":                      {"internal/publish/sftp"},
	"github.com/andybalholm/brotli":            {"internal/publish", "internal/audit", "internal/doctor"},
	"github.com/klauspost/compress":            {"internal/search"},
}

// modules are those the program may link, each with the reason.
var modules = map[string]string{
	"github.com/alecthomas/chroma/v2":                               "highlighting of the languages we have no lexer for",
	"github.com/bmatcuk/doublestar/v4":                              "globs with **",
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob":          "Azure Blob Storage",
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity":              "where its credentials come from",
	"github.com/Azure/azure-sdk-for-go/sdk/azcore":                  "of the SDK of Azure",
	"github.com/Azure/azure-sdk-for-go/sdk/internal":                "of the SDK of Azure",
	"github.com/AzureAD/microsoft-authentication-library-for-go":    "of azidentity",
	"github.com/golang-jwt/jwt/v5":                                  "of azidentity",
	"github.com/klauspost/compress":                                 "packs the search index, in less than half the time of compress/gzip",
	"github.com/kylelemons/godebug":                                 "of azidentity",
	"github.com/pkg/browser":                                        "of azidentity",
	"github.com/andybalholm/brotli":                                 "compressed twins of pages; the standard library has no brotli",
	"github.com/aws/aws-sdk-go-v2":                                  "S3, and where its credentials come from",
	"github.com/aws/aws-sdk-go-v2/aws/protocol/eventstream":         "of the SDK of AWS",
	"github.com/aws/aws-sdk-go-v2/config":                           "where credentials for S3 come from",
	"github.com/aws/aws-sdk-go-v2/credentials":                      "the same",
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds":                 "of the SDK of AWS",
	"github.com/aws/aws-sdk-go-v2/internal/configsources":           "of the SDK of AWS",
	"github.com/aws/aws-sdk-go-v2/internal/endpoints/v2":            "of the SDK of AWS",
	"github.com/aws/aws-sdk-go-v2/internal/v4a":                     "of the SDK of AWS",
	"github.com/aws/aws-sdk-go-v2/service/internal/accept-encoding": "of the SDK of AWS",
	"github.com/aws/aws-sdk-go-v2/service/internal/checksum":        "of the SDK of AWS",
	"github.com/aws/aws-sdk-go-v2/service/internal/presigned-url":   "of the SDK of AWS",
	"github.com/aws/aws-sdk-go-v2/service/internal/s3shared":        "of the SDK of AWS",
	"github.com/aws/aws-sdk-go-v2/service/s3":                       "S3",
	"github.com/aws/aws-sdk-go-v2/service/signin":                   "of the SDK of AWS",
	"github.com/aws/aws-sdk-go-v2/service/sso":                      "of the SDK of AWS",
	"github.com/aws/aws-sdk-go-v2/service/ssooidc":                  "of the SDK of AWS",
	"github.com/aws/aws-sdk-go-v2/service/sts":                      "of the SDK of AWS",
	"github.com/aws/smithy-go":                                      "of the SDK of AWS",
	"github.com/dlclark/regexp2/v2":                                 "of chroma",
	"github.com/Azure/go-ntlmssp":                                   "of go-ldap",
	"github.com/evanw/esbuild":                                      "bundles the theme",
	"github.com/go-asn1-ber/asn1-ber":                               "of go-ldap",
	"github.com/go-ldap/ldap/v3":                                    "people of directory servers",
	"github.com/google/uuid":                                        "of go-ldap",
	"golang.org/x/crypto":                                           "SSH, for SFTP; of go-ldap (MD4, for NTLM)",
	"github.com/fsnotify/fsnotify":                                  "watches files for serve",
	"github.com/google/go-github/v60":                               "REST API of GitHub",
	"github.com/google/go-querystring":                              "of go-github",
	"github.com/itchyny/gojq":                                       "jq expressions",
	"github.com/itchyny/timefmt-go":                                 "of gojq",
	"github.com/inconshreveable/mousetrap":                          "of cobra",
	"github.com/santhosh-tekuri/jsonschema/v5":                      "checks entities and configuration",
	"github.com/spf13/cobra":                                        "commands, flags, completion",
	"github.com/spf13/pflag":                                        "of cobra",
	"github.com/yuin/goldmark":                                      "Markdown",
	"golang.org/x/net":                                              "HTML tokenizer",
	"golang.org/x/oauth2":                                           "where credentials of Google Cloud come from, federation of identities among them",
	"github.com/pkg/sftp":                                           "SFTP over a connection of SSH",
	"github.com/kr/fs":                                              "of sftp",
	"cloud.google.com/go/compute/metadata":                          "of oauth2: the identity of a machine at Google",
	"golang.org/x/sync":                                             "of azidentity",
	"golang.org/x/sys":                                              "sizes and times of files relative to an open directory; of fsnotify and term",
	"golang.org/x/term":                                             "is the output a terminal",
	"golang.org/x/text":                                             "Unicode normalisation",
	"gopkg.in/yaml.v3":                                              "YAML",
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

type pkg struct {
	ImportPath string
	Imports    []string
	Module     *struct{ Path string }
}

func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Imports,Module"}, args...)...)
	cmd.Dir = root(t)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var ps []pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return ps
		} else if err != nil {
			t.Fatal(err)
		}
		ps = append(ps, p)
	}
}

func TestImportsGoDown(t *testing.T) {
	for _, p := range list(t, "./...") {
		name := strings.TrimPrefix(p.ImportPath, "callboard/")
		if strings.HasSuffix(name, "test") {
			continue // test support
		}
		floor, known := floors[name]
		if !known {
			t.Errorf("%s has no floor: give it one in the table above, with the reason", name)
			continue
		}
		for _, imp := range p.Imports {
			other, ours := strings.CutPrefix(imp, "callboard/")
			if ours && floors[other] >= floor && floor > 0 {
				t.Errorf("%s (floor %d) imports %s (floor %d)", name, floor, other, floors[other])
			}
			if ours && floor == 0 && floors[other] > 0 {
				t.Errorf("%s (floor 0) imports %s (floor %d)", name, other, floors[other])
			}
		}
	}
}

func TestSoleImporters(t *testing.T) {
	for _, p := range list(t, "./...") {
		name := strings.TrimPrefix(p.ImportPath, "callboard/")
		for _, imp := range p.Imports {
			for restricted, allowed := range soleImporters {
				if (imp == restricted || strings.HasPrefix(imp, restricted+"/")) && !slices.Contains(allowed, name) && !strings.HasSuffix(name, "test") {
					t.Errorf("%s imports %s; only %v may", name, imp, allowed)
				}
			}
		}
	}
}

func TestModules(t *testing.T) {
	linked := map[string]bool{}
	for _, p := range list(t, "-deps", "./cmd/callboard") {
		if p.Module != nil && p.Module.Path != "callboard" {
			linked[p.Module.Path] = true
		}
	}
	for m := range linked {
		if modules[m] == "" {
			t.Errorf("the program links %s, which is not on the list", m)
		}
	}
}

// files calls f with every Go file of the tree that is not a test.
func files(t *testing.T, f func(path string, file *ast.File, fset *token.FileSet)) {
	t.Helper()
	top := root(t)
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != top {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, path)
		if err != nil {
			return err
		}
		f(filepath.ToSlash(rel), file, fset)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// calls finds the calls of pkg.name in a file.
func calls(file *ast.File, pkg, name string) (n int) {
	ast.Inspect(file, func(x ast.Node) bool {
		c, ok := x.(*ast.CallExpr)
		if !ok {
			return true
		}
		s, ok := c.Fun.(*ast.SelectorExpr)
		if !ok || s.Sel.Name != name {
			return true
		}
		if id, ok := s.X.(*ast.Ident); ok && id.Name == pkg {
			n++
		}
		return true
	})
	return n
}

func TestTheBoundaryIsTypes(t *testing.T) {
	for _, c := range []struct {
		pkg, name string
		allowed   []string // directories
		why       string
	}{
		{"sanitize", "Trusted", []string{"internal/markdown", "internal/highlight", "internal/sanitize"}, "HTML of others becomes ours only in the gates"},
		{"template", "HTML", []string{"internal/render"}, "only render makes template.HTML"},
		{"template", "URL", []string{"internal/render"}, "addresses of others have been through urlpath.SafeLink"},
		{"template", "JS", nil, "there is no inline script"},
		{"template", "CSS", nil, "there is no inline style"},
		{"time", "Now", []string{"internal/cli", "internal/serve", "internal/polite", "internal/site/sitetest", "internal/timetest"}, "the clock enters at the edge; the network is one"},
		{"os", "Getenv", []string{"cmd/callboard", "internal/corpustest"}, "the environment enters at the edge"},
		{"os", "Exit", []string{"cmd/callboard", "internal/release"}, "only main exits"},
	} {
		files(t, func(path string, file *ast.File, _ *token.FileSet) {
			if calls(file, c.pkg, c.name) > 0 && !slices.Contains(c.allowed, filepath.ToSlash(filepath.Dir(path))) {
				t.Errorf("%s calls %s.%s: %s", path, c.pkg, c.name, c.why)
			}
		})
	}
}

func TestNoInit(t *testing.T) {
	files(t, func(path string, file *ast.File, _ *token.FileSet) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s has an init function, which has no order you chose, no error and no test", path)
			}
		}
	})
}

// Figures of good Go are in CONTRIBUTING.md; these bounds keep us near them.
const (
	maxMedianFunc = 14 // lines
	maxP90Func    = 50
	maxMedianFile = 220
)

func TestSizes(t *testing.T) {
	var funcs, lens []int
	files(t, func(path string, file *ast.File, fset *token.FileSet) {
		lens = append(lens, fset.Position(file.End()).Line)
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				funcs = append(funcs, fset.Position(f.End()).Line-fset.Position(f.Pos()).Line+1)
			}
		}
	})
	slices.Sort(funcs)
	slices.Sort(lens)
	median, p90, file := funcs[len(funcs)/2], funcs[len(funcs)*9/10], lens[len(lens)/2]
	t.Logf("%d functions: median %d lines, 90th percentile %d; %d files: median %d lines", len(funcs), median, p90, len(lens), file)
	if median > maxMedianFunc || p90 > maxP90Func || file > maxMedianFile {
		t.Errorf("functions or files have grown beyond %d, %d and %d lines", maxMedianFunc, maxP90Func, maxMedianFile)
	}
}

func TestTopLevel(t *testing.T) {
	allowed := []string{"cmd", "internal", "themes", "content", "testdata", "go.mod", "go.sum", "action.yml", "README.md", "LICENSE", "CONTRIBUTING.md"}
	cmd := exec.Command("git", "ls-files")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Skip("no git checkout:", err)
	}
	for sc := bufio.NewScanner(bytes.NewReader(out)); sc.Scan(); {
		top, _, _ := strings.Cut(sc.Text(), "/")
		if !strings.HasPrefix(top, ".") && !slices.Contains(allowed, top) {
			t.Errorf("%s is outside the design", sc.Text())
		}
	}
}
