package docs

import (
	"fmt"
	"path"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/repofs"
)

// assetTypes are the files that are copied into the portal. Whatever a browser
// would run (HTML, scripts, styles, XML) is not among them.
var assetTypes = map[string]bool{
	".png": true, ".jpg": true, ".jpeg": true, ".gif": true, ".webp": true, ".avif": true, ".ico": true, ".svg": true,
	".pdf": true, ".txt": true, ".csv": true, ".tsv": true, ".json": true, ".yaml": true, ".yml": true, ".proto": true, ".graphql": true,
	".zip": true, ".gz": true, ".tgz": true, ".mp4": true, ".webm": true, ".puml": true, ".drawio": true, ".xlsx": true, ".docx": true, ".pptx": true,
}

// textTypes are files that are copied if they lie below docs_dir, where MkDocs
// copies everything: what a browser shows as text or saves.
var textTypes = map[string]bool{
	".sh": true, ".bash": true, ".ps1": true, ".bat": true, ".py": true, ".rb": true, ".go": true, ".java": true, ".kt": true, ".rs": true, ".lua": true,
	".tf": true, ".hcl": true, ".toml": true, ".ini": true, ".cfg": true, ".conf": true, ".properties": true, ".sql": true, ".patch": true, ".diff": true,
	".reg": true, ".cmd": true, ".psm1": true, ".ipynb": true, ".tex": true, ".bib": true, ".asc": true, ".pem": true, ".crt": true, ".sha256": true,
	".xz": true, ".bz2": true, ".zst": true, ".odt": true, ".ods": true, ".odp": true,
	".log": true, ".tar": true, ".7z": true, ".mp3": true, ".ogg": true, ".wav": true, ".mov": true,
}

// isCopied tells whether a file that a page leads to is copied.
func (p *Plan) isCopied(file string) bool {
	ext := strings.ToLower(path.Ext(file))
	return assetTypes[ext] || textTypes[ext] && isBelow(p.docsDir, file)
}

// addAsset takes a file that a page uses into the set, once. A file that cannot
// be is remembered as well.
func (p *Plan) addAsset(file string, pos diag.Pos, sink diag.Sink) {
	if _, known := p.assets[file]; known {
		return
	}
	p.assets[file] = ""
	at := p.assetPath(file)
	if _, err := p.path(at); err != nil {
		sink.Report(p.diag(pos, diag.Warning, CodeAsset, fmt.Sprintf("the file %q cannot have an address: %v", file, err), "rename the file"))
		return
	}
	if f, _ := p.Snap.Lookup(file); f.Size > repofs.MaxRead {
		sink.Report(p.diag(pos, diag.Warning, CodeAsset, fmt.Sprintf("the file %q has %d bytes, more than the limit of %d", file, f.Size, int64(repofs.MaxRead)), "make it smaller, or link to where it lies"))
		return
	}
	if other, ok := p.claims.take(at, file); !ok {
		sink.Report(p.diag(pos, diag.Warning, CodeAsset, fmt.Sprintf("the file %q cannot be copied: its address is taken by %s", file, other), "rename one of the two"))
		return
	}
	p.assets[file] = at
	p.set.Assets = append(p.set.Assets, Asset{Source: file, Path: at})
}

// assetPath is the address of a file below the set's. Files beside the
// documentation lie below "_/", which hardly a directory is called.
func (p *Plan) assetPath(file string) string {
	for _, m := range p.mounts {
		if rel, ok := m.below(file); ok {
			return rel
		}
	}
	return "_/" + file
}

// assetHref is the address of a file; of one that could not be copied, that at
// the code host.
func (p *Plan) assetHref(base string, t target, image bool) string {
	if at := p.assets[t.file]; at != "" {
		return p.href(base, at) + t.query + hash(t.fragment)
	}
	if href, ok := p.atHost(t.file); ok && !image {
		return href
	}
	return ""
}
