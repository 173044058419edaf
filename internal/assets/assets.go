// Package assets bundles a theme's styles, scripts and icons into the files that
// pages load. Their names hold a digest of their content, so that browsers may
// keep them for ever. esbuild works on an fs.FS here: it opens nothing on disk,
// so that the default theme may be embedded and a user's theme laid over it.
package assets

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/lazyregexp"
)

// Set names the files that pages load, below the portal's base.
type Set struct {
	CSS, Boot, App, Icons, Favicon string
	// Docs is what pages of documentation load beside CSS.
	Docs string
	// Modules are the scripts of single kinds of pages, by name, such as
	// "catalog".
	Modules map[string]string
}

// File is one file to publish.
type File struct {
	Path string
	Data []byte
}

// Options are what a configuration says of the look.
type Options struct {
	// Brand is the colour of the mark in the favicon, "" for the theme's own.
	Brand string
}

// The codes of what can be wrong with a theme.
const (
	CodeTheme = diag.Code("theme-invalid")
)

// cssOrder is the order of the style files; custom.css is a site's own. Each
// file puts itself into the cascade layer of its name, prose, graph,
// diagram and repository into that of components. docsOrder is that of the second file, for
// pages of documentation alone.
var cssOrder = []string{"reset", "tokens", "base", "layout", "components", "prose", "graph", "diagram", "repository", "utilities", "custom", "print"}

var docsOrder = []string{"reader", "article", "annotation"}

const layers = "@layer reset, tokens, base, layout, components, utilities, custom, print;\n"

// Build bundles a theme. Mistakes in its files are diagnostics; without a
// usable style or script there is an error.
func Build(theme fs.FS, opt Options) (Set, []File, []diag.Diagnostic, error) {
	b := &builder{theme: theme, set: Set{Modules: map[string]string{}}}
	b.css()
	b.icons()
	b.favicon(opt.Brand)
	b.boot()
	b.modules()
	slices.SortFunc(b.files, func(x, y File) int { return cmp.Compare(x.Path, y.Path) })
	if b.err == nil && (b.set.CSS == "" || b.set.Boot == "" || b.set.App == "") {
		b.err = errors.New("the theme has no style or no script")
	}
	return b.set, b.files, diag.Sort(b.diags), b.err
}

type builder struct {
	theme fs.FS
	set   Set
	files []File
	diags []diag.Diagnostic
	err   error
}

// add names a file by its content.
func (b *builder) add(name, ext string, data []byte) string {
	p := "assets/" + name + "." + digest.Of(data).Short() + ext
	b.files = append(b.files, File{p, data})
	return p
}

func (b *builder) fail(err error) { b.err = errors.Join(b.err, err) }

func (b *builder) report(file string, line, col int, msg string) {
	b.diags = append(b.diags, diag.Diagnostic{Pos: diag.Pos{File: "theme/" + file, Line: line, Col: col}, Severity: diag.Error, Code: CodeTheme, Message: msg})
}

func (b *builder) messages(ms []api.Message, file string) {
	for _, m := range ms {
		line, col := 0, 0
		if m.Location != nil {
			line, col = m.Location.Line, m.Location.Column+1
			if m.Location.File != "" && m.Location.File != "<stdin>" {
				file = strings.TrimPrefix(m.Location.File, "theme:")
			}
		}
		b.report(file, line, col, strings.ReplaceAll(m.Text, `"theme:`, `"theme/`))
	}
}

func (b *builder) css() {
	b.set.CSS = b.styles("callboard", layers, cssOrder)
	b.set.Docs = b.styles("docs", "", docsOrder)
}

// styles puts style files together into one, "" if there is an error.
func (b *builder) styles(name, head string, order []string) string {
	var all bytes.Buffer
	all.WriteString(head)
	for _, part := range order {
		file := "css/" + part + ".css"
		src, err := fs.ReadFile(b.theme, file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			b.fail(err)
			return ""
		}
		r := api.Transform(string(src), api.TransformOptions{Loader: api.LoaderCSS, MinifyWhitespace: true, MinifySyntax: true, Sourcefile: file, LogLevel: api.LogLevelSilent})
		b.messages(r.Errors, file)
		b.messages(r.Warnings, file)
		all.Write(r.Code)
	}
	b.masks(&all)
	return b.add(name, ".css", all.Bytes())
}

var maskName = lazyregexp.New(`var\(--i-([a-z0-9-]+)\)`)

// masks adds the icons that styles draw as masks, as --i-NAME: they are files of
// the theme like all icons, and a style itself loads nothing.
func (b *builder) masks(css *bytes.Buffer) {
	var names []string
	for _, m := range maskName.Get().FindAllSubmatch(css.Bytes(), -1) {
		names = append(names, string(m[1]))
	}
	if names == nil {
		return
	}
	slices.Sort(names)
	css.WriteString("@layer tokens{:root{")
	for _, name := range slices.Compact(names) {
		file := "icons/" + name + ".svg"
		src, err := fs.ReadFile(b.theme, file)
		if err != nil {
			b.report("css", 0, 0, fmt.Sprintf("a style draws the icon %q, which the theme does not have", name))
			continue
		}
		if inner, box, ok := inside(src); ok {
			fmt.Fprintf(css, `--i-%s:url("data:image/svg+xml,%s");`, name, inURL.Replace(`<svg xmlns='http://www.w3.org/2000/svg' viewBox='`+box+`'>`+inner+"</svg>"))
		}
	}
	css.WriteString("}}\n")
}

// inURL escapes a drawing for a data: URL in double quotes.
var inURL = strings.NewReplacer(`"`, "'", "%", "%25", "#", "%23", "<", "%3c", ">", "%3e", "\\", "%5c", "\n", "")

func (b *builder) icons() {
	names, err := fs.Glob(b.theme, "icons/*.svg")
	if err != nil {
		b.fail(err)
		return
	}
	var all bytes.Buffer
	all.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for _, n := range names {
		src, err := fs.ReadFile(b.theme, n)
		if err != nil {
			b.fail(err)
			return
		}
		inner, box, ok := inside(src)
		if !ok {
			b.report(n, 1, 1, "the icon is not an SVG drawing")
			continue
		}
		id := strings.TrimSuffix(path.Base(n), ".svg")
		fmt.Fprintf(&all, `<symbol id="%s" viewBox="%s">%s</symbol>`, id, box, inner)
	}
	all.WriteString("</svg>")
	b.set.Icons = b.add("icons", ".svg", all.Bytes())
}

// inside is what an svg element holds, and its viewBox. The theme is trusted,
// but the drawing must be whole, or it would break the sprite.
func inside(src []byte) (inner, box string, ok bool) {
	d := xml.NewDecoder(bytes.NewReader(src))
	for {
		t, err := d.Token()
		if err != nil {
			return "", "", false
		}
		start, isStart := t.(xml.StartElement)
		if !isStart {
			continue
		}
		from := d.InputOffset()
		if start.Name.Local != "svg" || d.Skip() != nil {
			return "", "", false
		}
		for _, a := range start.Attr {
			if a.Name.Local == "viewBox" {
				box = a.Value
			}
		}
		body := src[from:d.InputOffset()]
		end := bytes.LastIndex(body, []byte("</"))
		return string(bytes.TrimSpace(body[:max(end, 0)])), box, box != "" && end > 0
	}
}

var hexColour = lazyregexp.New(`^#[0-9a-fA-F]{3,8}$`)

func (b *builder) favicon(brand string) {
	src, err := fs.ReadFile(b.theme, "favicon.svg")
	if err != nil {
		b.fail(err)
		return
	}
	if hexColour.MatchString(brand) {
		src = bytes.ReplaceAll(src, []byte("#e0a526"), []byte(brand))
	}
	b.set.Favicon = b.add("favicon", ".svg", src)
}

// boot is the one script that blocks: it must run before the first paint.
func (b *builder) boot() {
	src, err := fs.ReadFile(b.theme, "ts/boot.ts")
	if err != nil {
		b.fail(err)
		return
	}
	r := api.Transform(string(src), api.TransformOptions{Loader: api.LoaderTS, Format: api.FormatIIFE, MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true, Target: api.ES2022, Sourcefile: "ts/boot.ts", LogLevel: api.LogLevelSilent})
	b.messages(r.Errors, "ts/boot.ts")
	if len(r.Errors) == 0 {
		b.set.Boot = b.add("boot", ".js", r.Code)
	}
}

// modules bundles every script directly in ts/, sharing what they share.
func (b *builder) modules() {
	names, err := fs.Glob(b.theme, "ts/*.ts")
	if err != nil {
		b.fail(err)
		return
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == "ts/boot.ts" || strings.HasSuffix(n, ".d.ts") })
	r := api.Build(api.BuildOptions{
		EntryPoints: names, Bundle: true, Splitting: true, Format: api.FormatESModule, Target: api.ES2022, Outdir: "/assets", Write: false,
		EntryNames: "[name]-[hash]", ChunkNames: "chunk-[hash]", MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true,
		LegalComments: api.LegalCommentsNone, LogLevel: api.LogLevelSilent, Plugins: []api.Plugin{b.plugin()}, AbsWorkingDir: "/",
	})
	b.messages(r.Errors, "ts")
	b.messages(r.Warnings, "ts")
	b.rename(r.OutputFiles)
}

var entryName = lazyregexp.New(`^(.+)-[0-9A-Z]{8}\.js$`)

// rename gives bundles names with a digest in hexadecimal, as all other files
// have. esbuild's own names hold a digest of all that a file imports, and stand
// in the files that import it, so the new digest covers that too.
func (b *builder) rename(outs []api.OutputFile) {
	var pairs []string
	names := make([]string, len(outs))
	for i, o := range outs {
		old := path.Base(strings.ReplaceAll(o.Path, `\`, "/"))
		m := entryName.FindStringSubmatch(old)
		if m == nil {
			b.fail(fmt.Errorf("a bundle has the name %q", old))
			return
		}
		names[i] = m[1] + "." + digest.Of(o.Contents).Short() + ".js"
		pairs = append(pairs, old, names[i])
	}
	r := strings.NewReplacer(pairs...)
	for i, o := range outs {
		p := "assets/" + names[i]
		b.files = append(b.files, File{p, []byte(r.Replace(string(o.Contents)))})
		switch name, _, _ := strings.Cut(names[i], "."); name {
		case "app":
			b.set.App = p
		case "chunk":
		default:
			b.set.Modules[name] = p
		}
	}
}

// plugin makes esbuild read the theme's file system and nothing else.
func (b *builder) plugin() api.Plugin {
	const space = "theme"
	return api.Plugin{Name: space, Setup: func(p api.PluginBuild) {
		p.OnResolve(api.OnResolveOptions{Filter: `.*`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			if a.Kind == api.ResolveEntryPoint {
				return api.OnResolveResult{Path: a.Path, Namespace: space}, nil
			}
			to := path.Join(path.Dir(a.Importer), a.Path)
			for _, c := range []string{to, to + ".ts", strings.TrimSuffix(to, ".js") + ".ts"} {
				if info, err := fs.Stat(b.theme, c); err == nil && info.Mode().IsRegular() {
					return api.OnResolveResult{Path: c, Namespace: space}, nil
				}
			}
			return api.OnResolveResult{}, fmt.Errorf("the theme has no file %s", to)
		})
		p.OnLoad(api.OnLoadOptions{Filter: `.*`, Namespace: space}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			src, err := fs.ReadFile(b.theme, a.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			text := string(src)
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderTS}, nil
		})
	}}
}
