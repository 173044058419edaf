package cli

import (
	"context"
	"strings"

	"callboard/internal/publish"
	"callboard/internal/publish/pages"
)

// pagesHost takes apart an address such as "github-pages:artifact.tar".
func pagesHost(address string) (host, path string, ok bool) {
	host, path, ok = strings.Cut(address, ":")
	return host, path, ok && path != "" && (host == "github-pages" || host == "gitlab-pages")
}

// publishPages writes what a host of pages takes.
func (a *app) publishPages(ctx context.Context, from publish.Source, host, path string, f publishFlags) error {
	if f.dryRun || f.verify {
		return &usageError{host + " takes the whole portal: there is nothing to plan or to compare", "leave out --dry-run and --verify"}
	}
	files, bytes := len(from.Manifest().Files), pages.Size(from)
	if host == "gitlab-pages" {
		if err := pages.Directory(ctx, from, path); err != nil {
			return err
		}
		a.talk("wrote %s for GitLab Pages: %s, %s", a.shown(path), count(files, "file", "files"), size(bytes))
		return nil
	}
	if bytes > pages.MaxBytes/10*9 {
		a.talk("the portal has %s; GitHub Pages takes %s", size(bytes), size(pages.MaxBytes))
	}
	if err := pages.Archive(ctx, from, path); err != nil {
		return err
	}
	a.talk("wrote %s for GitHub Pages: %s, %s", a.shown(path), count(files, "file", "files"), size(bytes))
	return nil
}
