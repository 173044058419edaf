package build_test

import (
	"path/filepath"
	"testing"

	"callboard/internal/config"
	"callboard/internal/treetest"
)

// TestConfigurationThatNoPageShows changes what pages cannot see: none of them is
// made anew, and the portal is the one that a build from nothing makes.
func TestConfigurationThatNoPageShows(t *testing.T) {
	root, dir := org(t, small()), t.TempDir()
	out, cache := filepath.Join(dir, "out"), filepath.Join(dir, "cache")
	mustRun(t, at(t, root, out, cache))
	for _, change := range []func(*config.Config){
		func(c *config.Config) { c.Publish.To, c.Publish.Grace = "s3://acme-portal", "72h" },
		func(c *config.Config) { c.Interval = "6h" },
		func(c *config.Config) { c.StaleAfter = "2h" },
		func(c *config.Config) { c.Crawl.State, c.Crawl.Reserve = "elsewhere", 50 },
		func(c *config.Config) { c.Include = []string{"app-config.yaml"} },
	} {
		o := at(t, root, out, cache)
		change(o.Config)
		if r := mustRun(t, o); r.Stats.Rendered != 0 {
			t.Errorf("%+v: %d pages are made anew", o.Config, r.Stats.Rendered)
		}
		fresh := at(t, root, filepath.Join(t.TempDir(), "out"), "")
		change(fresh.Config)
		mustRun(t, fresh)
		treetest.Same(t, "changed configuration", treetest.Files(t, out), treetest.Files(t, fresh.Out))
	}
}
