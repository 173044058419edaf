package prepare

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/jinja"
	"callboard/internal/pymarkdown"
	"callboard/internal/yamldoc"
)

// macros is the plugin of that name: a page is a Jinja template over the site's
// variables. Macros that are written in Python are not there.
//
// Source: the documentation of mkdocs-macros-plugin 1.4.
type macros struct {
	env     jinja.Env
	vars    *jinja.Dict
	include string // the directory of templates
	optIn   bool   // pages are rendered only if they ask for it
	forced  func(rel string) bool
}

func newMacros(site Site, x Plugin, sink diag.Sink, h *digest.Hasher) *macros {
	o := pymarkdown.Options(x.Options)
	m := &macros{include: site.DocsDir, optIn: !o.Bool("render_by_default", true)}
	if dir := o.String("include_dir", ""); dir != "" {
		m.include = path.Join(site.Dir, dir)
	}
	if patterns := o.String("force_render_paths", ""); patterns != "" && site.Ignore != nil {
		m.forced = site.Ignore(patterns)
	}
	m.env.Syntax = jinja.Syntax{
		BlockStart: o.String("j2_block_start_string", ""), BlockEnd: o.String("j2_block_end_string", ""),
		VarStart: o.String("j2_variable_start_string", ""), VarEnd: o.String("j2_variable_end_string", ""),
		CommentStart: o.String("j2_comment_start_string", ""), CommentEnd: o.String("j2_comment_end_string", ""),
		TrimBlocks: o.Bool("j2_trim_blocks", false), LstripBlocks: o.Bool("j2_lstrip_blocks", false),
	}
	m.env.Undefined = map[string]jinja.Undefined{"silent": jinja.Silent, "strict": jinja.Strict, "lax": jinja.Lax}[o.String("on_undefined", "keep")]
	m.env.Functions = map[string]jinja.Func{"fix_url": fixURL}
	m.variables(site, x, sink, h)
	m.warn(site, x, sink)
	return m
}

// variables are extra's, beside extra and config as a whole, and those of
// include_yaml.
func (m *macros) variables(site Site, x Plugin, sink diag.Sink, h *digest.Hasher) {
	m.vars = jinja.NewDict()
	config := mapping(site.Config, site.Keys, nil)
	extra, _ := config.Get("extra")
	own, ok := extra.(*jinja.Dict)
	if !ok {
		own = jinja.NewDict()
	}
	m.vars.Set("extra", own).Set("config", config).Set("plugin", value(x.Options, nil))
	list, _ := x.Options["include_yaml"].([]any)
	for _, el := range list {
		m.yaml(site, x, el, sink, h)
	}
	merge(m.vars, own)
	h.JSON(plain(site.Config))
	jinja.Freeze(m.vars)
}

// yaml takes the variables of a file: a path, or a name with the path.
func (m *macros) yaml(site Site, x Plugin, el any, sink diag.Sink, h *digest.Hasher) {
	name, file := "", ""
	switch el := el.(type) {
	case string:
		file = el
	case map[string]any:
		for k, v := range el {
			if s, ok := v.(string); ok && len(el) == 1 {
				name, file = k, s
			}
		}
	}
	if file == "" {
		sink.Report(diag.Diagnostic{Pos: x.Pos, Severity: diag.Warning, Code: CodeMacro, Message: "an entry of include_yaml is neither a path nor a name with a path"})
		return
	}
	v, sum, ok := yamlFile(&site, path.Join(site.Dir, file), x.Pos, sink)
	if !ok {
		return
	}
	h.String(name).JSON(sum)
	if name != "" {
		v = jinja.NewDict().Set(name, v)
	}
	if d, ok := v.(*jinja.Dict); ok {
		merge(m.vars, d)
	}
}

// warn says what of the plugin's is not here.
func (m *macros) warn(site Site, x Plugin, sink diag.Sink) {
	o := pymarkdown.Options(x.Options)
	module := path.Join(site.Dir, o.String("module_name", "main"))
	_, file := site.Snap.Lookup(module + ".py")
	_, dir := site.Snap.Lookup(module + "/__init__.py")
	if file || dir || len(o.Strings("modules")) > 0 {
		sink.Report(diag.Diagnostic{Pos: x.Pos, Severity: diag.Info, Code: CodeMacro, Message: "macros that are written in Python are not run; what calls them is left as it is written"})
	}
	for _, key := range [...]string{"j2_line_statement_prefix", "j2_line_comment_prefix"} {
		if o.String(key, "") != "" {
			sink.Report(diag.Diagnostic{Pos: x.Pos, Severity: diag.Info, Code: CodeMacro, Message: key + " is not supported; lines that begin with it are text"})
		}
	}
}

func (m *macros) apply(p *page, t text) text {
	if !m.wanted(p) || !m.env.Syntax.In(t.s) {
		return t
	}
	vars := jinja.NewDict()
	for _, k := range m.vars.Keys() {
		v, _ := m.vars.Get(k)
		vars.Set(k, v)
	}
	meta := mapping(p.meta, nil, nil)
	vars.Set("page", p.variables(meta))
	vars.Set("git", p.git())
	for _, k := range meta.Keys() {
		v, _ := meta.Get(k)
		vars.Set(k, v)
	}
	p.revisioned = p.revisioned || strings.Contains(t.s, "git")
	env := m.env
	env.Load = func(name string) (string, bool) { return p.template(m.include, name) }
	env.Filters = map[string]jinja.Func{"relative_url": p.relativeURL}
	return p.rendered(env, t, vars)
}

// wanted tells whether a page is rendered at all: by its front matter, else by
// the site's options.
func (m *macros) wanted(p *page) bool {
	asked, said := p.meta["render_macros"].(bool)
	switch {
	case said:
		return asked
	case m.optIn:
		return m.forced != nil && m.forced(strings.TrimPrefix(p.Source, p.site.DocsDir+"/"))
	}
	return true
}

// rendered is what a template makes of a text. Its mistakes are findings at
// their places.
func (p *page) rendered(env jinja.Env, t text, vars *jinja.Dict) text {
	got := env.Render(p.Source, t.s, vars)
	for _, e := range got.Errors {
		p.mistake(t, e)
	}
	if got.Lines == nil {
		return t
	}
	out := text{s: got.Text, lines: got.Lines}
	for i, n := range out.lines {
		if n >= 1 && n <= len(t.lines) {
			out.lines[i] = t.lines[n-1]
		}
	}
	if strings.HasSuffix(t.s, "\n") && !strings.HasSuffix(out.s, "\n") {
		out.s += "\n" // Jinja drops it, and Markdown does not care
	}
	return out
}

func (p *page) mistake(t text, e *jinja.Error) {
	d := diag.Diagnostic{Pos: diag.Pos{Line: e.Line, Col: e.Col}, Severity: diag.Warning, Code: CodeMacro, Message: e.Message}
	switch {
	case e.Template != p.Source:
		d.Pos.File = e.Template
	case e.Line >= 1 && e.Line <= len(t.lines):
		d.Pos.Line = t.lines[e.Line-1]
	}
	switch {
	case e.Kept:
		d.Severity, d.Hint = diag.Info, "it is left as it is written; variables come from extra, include_yaml and the page's front matter"
	case e.Undefined != "":
		d.Hint = "the tag is left as it is written; macros that are written in Python are not run"
	default:
		d.Hint = "the tag is left as it is written; put {% raw %} around text that only looks like a template"
	}
	p.report(d)
}

// template is a file of the include directory.
func (p *page) template(dir, name string) (string, bool) {
	file := path.Join(dir, name)
	if strings.HasPrefix(name, "/") || !insideOf(dir, file) || !p.files.has(file) {
		return "", false
	}
	s, err := p.files.Read(file)
	if err != nil {
		return "", false
	}
	p.revisioned = p.revisioned || strings.Contains(s, "git")
	return s, true
}

func insideOf(dir, file string) bool {
	if dir == "." {
		return file != ".." && !strings.HasPrefix(file, "../")
	}
	return strings.HasPrefix(file, dir+"/")
}

// variables is what templates know as page.
func (p *page) variables(meta *jinja.Dict) *jinja.Dict {
	rel := strings.TrimPrefix(p.Source, p.site.DocsDir+"/")
	title := p.Title
	if t, ok := p.meta["title"].(string); title == "" && ok {
		title = t
	}
	file := jinja.NewDict().Set("src_path", rel).Set("src_uri", rel).Set("name", strings.TrimSuffix(path.Base(rel), path.Ext(rel))).Set("url", p.URL)
	d := jinja.NewDict().Set("title", title).Set("meta", meta).Set("url", p.URL).Set("file", file).Set("is_homepage", p.URL == "")
	if site, ok := p.site.Config["site_url"].(string); ok && site != "" {
		url := strings.TrimSuffix(site, "/") + "/" + p.URL
		d.Set("canonical_url", url).Set("abs_url", url)
	}
	jinja.Freeze(d)
	return d
}

// git is what is known of the commit.
func (p *page) git() *jinja.Dict {
	commit := p.site.Snap.Revision
	d := jinja.NewDict().Set("status", commit != "").Set("commit", commit).Set("short_commit", commit[:min(7, len(commit))])
	jinja.Freeze(d)
	return d
}

// readMeta reads the front matter, for variables. What is wrong with it is said
// by those who read the page.
func (p *page) readMeta(meta string) {
	p.meta = map[string]any{}
	if meta == "" {
		return
	}
	if d := yamldoc.One([]byte(meta), diag.Pos{}, diag.Discard); d != nil {
		yamldoc.Finite(d.Value)
		if m, ok := d.Value.(map[string]any); ok {
			p.meta = m
		}
	}
}

var errOneText = errors.New("one text was expected")

// fixURL is the macro of that name: it makes an address that is relative to a
// page's file right in HTML.
func fixURL(args []any) (any, error) {
	if len(args) != 1 {
		return nil, errOneText
	}
	s, ok := args[0].(string)
	if !ok {
		return nil, errOneText
	}
	if s == "" || hasScheme(s) || strings.HasPrefix(s, "//") {
		return s, nil
	}
	return "../" + s, nil
}

// relativeURL is the filter of that name: an address below the site's as seen
// from the page.
func (p *page) relativeURL(args []any) (any, error) {
	s, ok := args[0].(string)
	if len(args) != 1 || !ok {
		return nil, fmt.Errorf("relative_url: %w", errOneText)
	}
	if hasScheme(s) || strings.HasPrefix(s, "/") || strings.HasPrefix(s, "#") {
		return s, nil
	}
	dir := p.URL
	if !strings.HasSuffix(dir, "/") {
		dir = path.Dir(dir)
	}
	out := relative(s, path.Clean(dir))
	if strings.HasSuffix(s, "/") || s == "" {
		out += "/"
	}
	return out, nil
}
