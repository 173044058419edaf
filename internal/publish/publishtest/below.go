package publishtest

import (
	"context"
	"strings"

	"callboard/internal/publish"
)

// Below is what lies below a prefix of a store, for readers.
func Below(s publish.Store, prefix string) publish.Store { return below{s, prefix} }

type below struct {
	publish.Store
	prefix string
}

// Get reads an object below the prefix.
func (b below) Get(ctx context.Context, key string) ([]byte, publish.Object, error) {
	return b.Store.Get(ctx, b.prefix+key)
}

// Audiences are the portals of several audiences in one output, each in a version of
// its own, as build lays them out. The home page of each names its audience.
func Audiences(pages int, versions map[string]int) Site {
	s := Site{}
	for name, v := range versions {
		for p, text := range NewSite(pages, v) {
			s["a/"+name+"/"+p] = strings.ReplaceAll(text, "home of", "home of "+name+", of")
		}
		s["a/"+name+"/manifest.json"] = "the list of " + name
	}
	return s
}
