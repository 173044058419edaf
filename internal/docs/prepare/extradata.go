package prepare

import (
	"path"
	"slices"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/jinja"
	"callboard/internal/pymarkdown"
)

// extraData is the plugin markdownextradata: a page is a Jinja template over
// the configuration, extra and files of data.
//
// Source: the documentation of mkdocs-markdownextradata-plugin 0.2.
type extraData struct {
	env  jinja.Env
	vars *jinja.Dict
}

const maxDataFiles = 200

func newExtraData(site Site, x Plugin, sink diag.Sink, h *digest.Hasher) *extraData {
	o := pymarkdown.Options(x.Options)
	m := &extraData{vars: mapping(site.Config, site.Keys, nil)}
	if j := o.Map("jinja_options"); j != nil {
		m.env.Syntax = jinja.Syntax{
			BlockStart: j.String("block_start_string", ""), BlockEnd: j.String("block_end_string", ""),
			VarStart: j.String("variable_start_string", ""), VarEnd: j.String("variable_end_string", ""),
			CommentStart: j.String("comment_start_string", ""), CommentEnd: j.String("comment_end_string", ""),
			TrimBlocks: j.Bool("trim_blocks", false), LstripBlocks: j.Bool("lstrip_blocks", false),
		}
	}
	h.JSON(plain(site.Config))
	extra, ok := m.vars.Get("extra")
	own, isDict := extra.(*jinja.Dict)
	if !ok || !isDict {
		own = jinja.NewDict()
		m.vars.Set("extra", own)
	}
	for _, dir := range m.dirs(site, o) {
		m.read(site, dir, own, x, sink, h)
	}
	merge(m.vars, own)
	jinja.Freeze(m.vars)
	return m
}

// dirs are the directories of data: those that are named, else _data beside
// mkdocs.yml and in docs_dir.
func (m *extraData) dirs(site Site, o pymarkdown.Options) (out []string) {
	if named := o.String("data", ""); named != "" {
		for d := range strings.SplitSeq(named, ",") {
			out = append(out, path.Join(site.Dir, strings.TrimSpace(d)))
		}
		return out
	}
	return slices.Compact([]string{path.Join(site.Dir, "_data"), path.Join(site.DocsDir, "_data")})
}

// read takes the files of a directory, each under the name that its path makes.
func (m *extraData) read(site Site, dir string, extra *jinja.Dict, x Plugin, sink diag.Sink, h *digest.Hasher) {
	if dir == "." || strings.HasPrefix(dir, "../") {
		return
	}
	n := 0
	for _, f := range site.Snap.Under(dir) {
		ext := path.Ext(f.Path)
		if ext != ".yml" && ext != ".yaml" && ext != ".json" {
			continue
		}
		if n++; n > maxDataFiles {
			sink.Report(diag.Diagnostic{Pos: x.Pos, Severity: diag.Warning, Code: CodeMacro, Message: "there are too many files of data; the others are left out"})
			return
		}
		v, sum, ok := yamlFile(&site, f.Path, x.Pos, sink)
		if !ok {
			continue
		}
		h.String(f.Path).JSON(sum)
		put(extra, strings.Split(strings.TrimSuffix(strings.TrimPrefix(f.Path, dir+"/"), ext), "/"), v)
	}
}

// put sets a value at a path of names.
func put(d *jinja.Dict, names []string, v any) {
	for _, n := range names[:len(names)-1] {
		have, _ := d.Get(n)
		next, ok := have.(*jinja.Dict)
		if !ok {
			next = jinja.NewDict()
			d.Set(n, next)
		}
		d = next
	}
	d.Set(names[len(names)-1], v)
}

func (m *extraData) apply(p *page, t text) text {
	if !m.env.Syntax.In(t.s) {
		return t
	}
	return p.rendered(m.env, t, m.vars)
}
