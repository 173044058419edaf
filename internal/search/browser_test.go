package search

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

const readerSource = "../../themes/default/ts/lib/searchindex.ts"

// bundleReader is the browser's reader as a module for Node.
func bundleReader(t *testing.T) []byte {
	t.Helper()
	res := api.Build(api.BuildOptions{
		EntryPoints: []string{readerSource}, Bundle: true, Format: api.FormatESModule,
		Target: api.ES2022, MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
	})
	for _, m := range res.Errors {
		t.Errorf("%v: %s", m.Location, m.Text)
	}
	if len(res.Errors) > 0 {
		t.FailNow()
	}
	return res.OutputFiles[0].Contents
}

func TestReaderIsSmall(t *testing.T) {
	n := gzipped(bundleReader(t))
	t.Logf("%d bytes gzip", n)
	if n > 51<<8 {
		t.Errorf("the browser's reader is %d bytes gzip, more than 12.75 KB", n)
	}
}

func writeFile(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}
