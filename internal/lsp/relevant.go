package lsp

import (
	"path"
	"strings"
)

// isCatalogName tells whether a file is a catalog file by its name.
func isCatalogName(uri string) bool {
	base := path.Base(uri)
	return base == "catalog-info.yaml" || base == "catalog-info.yml"
}

// speaksOf tells whether a document is an entity by its apiVersion. Other YAML,
// such as that of Kubernetes, has kinds, too.
func (v *view) speaksOf(h head) bool {
	group, _, _ := strings.Cut(h.apiVersion, "/")
	if group == "backstage.io" || group == "scaffolder.backstage.io" {
		return true
	}
	if v == nil || v.project == nil || h.apiVersion == "" {
		return false
	}
	for _, k := range v.project.Editor.Own {
		if k.Kind != h.kind {
			continue
		}
		for _, version := range k.APIVersions {
			if version == h.apiVersion {
				return true
			}
		}
	}
	return false
}
