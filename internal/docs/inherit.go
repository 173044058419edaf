package docs

import (
	"fmt"
	"path"

	"callboard/internal/diag"
	"callboard/internal/yamldoc"
)

// maxInherit is how many files a chain of INHERIT may have.
const maxInherit = 8

// layer is one file of a chain of INHERIT. A key is taken from the first layer
// that has it, as MkDocs does for all that is looked at here: lists replace
// each other, and the mappings that are merged are not looked into.
type layer struct {
	file string
	d    *yamldoc.Doc
	top  map[string]any
}

// readLayers reads mkdocs.yml and the files it inherits from.
func readLayers(spec Spec, sink diag.Sink) []layer {
	var out []layer
	seen := map[string]bool{}
	for file := spec.Config; file != ""; {
		seen[file] = true
		l, ok := readLayer(spec, file, sink)
		if !ok {
			break
		}
		out = append(out, l)
		file = parent(spec, l, seen, sink)
	}
	return out
}

func readLayer(spec Spec, file string, sink diag.Sink) (layer, bool) {
	at := diag.Pos{Repo: spec.Snap.Repo, File: file}
	finding := diag.Diagnostic{Pos: at, Severity: diag.Error, Code: CodeConfig, Entity: spec.Of.String()}
	finding.Pos.Line = 1
	src, err := spec.Snap.Read(file)
	if err != nil {
		finding.Message = "the file cannot be read"
		sink.Report(finding)
		return layer{}, false
	}
	d := yamldoc.One(src, at, sink)
	if d == nil {
		return layer{}, false // an empty file says nothing
	}
	top, ok := d.Value.(map[string]any)
	if !ok && !d.Invalid {
		finding.Pos, finding.Message = d.Pos(), "the file must be a mapping"
		sink.Report(finding)
	}
	return layer{file, d, top}, ok
}

// parent is the file that a layer inherits from, or "".
func parent(spec Spec, l layer, seen map[string]bool, sink diag.Sink) string {
	v, ok := l.top["INHERIT"]
	if !ok || v == nil {
		return ""
	}
	target, _ := v.(string)
	file := path.Join(path.Dir(l.file), target)
	why := ""
	switch {
	case target == "" || l.d.Tag("INHERIT") != "":
		why = "INHERIT must be the path of a file"
	case path.IsAbs(target) || !inside(file):
		why = fmt.Sprintf("INHERIT %q leads out of the repository", target)
	case !has(spec.Snap, file):
		why = fmt.Sprintf("INHERIT %q is not there", target)
	case seen[file]:
		why = fmt.Sprintf("INHERIT %q leads round in a circle", target)
	case len(seen) >= maxInherit:
		why = fmt.Sprintf("INHERIT is more than %d files long", maxInherit)
	}
	if why == "" {
		return file
	}
	sink.Report(diag.Diagnostic{Pos: l.d.Pos("INHERIT"), Severity: diag.Warning, Code: CodeConfig, Message: why, Hint: "paths are relative to the file they stand in", Entity: spec.Of.String()})
	return ""
}
