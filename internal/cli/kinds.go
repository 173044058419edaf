package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"callboard/content"
	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/schema"
	"callboard/internal/yamldoc"
	"callboard/themes"
)

// maxSchema is the size in bytes of a schema file that is read.
const maxSchema = 1 << 20

// loadKinds makes the model of the kinds that the configuration declares. Their
// schema files must lie below the configuration's directory; what is wrong with
// one is reported, and the model goes without it.
func (p *project) loadKinds() error {
	if len(p.config.Kinds) == 0 {
		return nil
	}
	fsys, done, err := p.files()
	if err != nil {
		return err
	}
	defer done()
	var own []catalog.Kind
	for i, k := range p.config.Kinds {
		x := catalog.Kind{Name: k.Kind, APIVersions: k.APIVersions, Refs: refFields(k)}
		p.checkIcon(k, i)
		if k.Schema != "" {
			x.SchemaText, x.Schema = p.kindSchema(fsys, k, i)
		}
		own = append(own, x)
	}
	p.model = catalog.NewModel(own)
	return nil
}

// checkIcon reports an icon that the theme has not.
func (p *project) checkIcon(k config.Kind, i int) {
	if k.Icon == "" {
		return
	}
	icons := append(iconNames(themes.Default()), iconNames(p.overlay)...)
	if !slices.Contains(icons, k.Icon) {
		p.findings.Report(diag.Diagnostic{Pos: p.config.Pos("kinds", i, "icon"), Severity: diag.Error, Code: config.CodeValue,
			Message: fmt.Sprintf("the theme has no icon %q", k.Icon), Hint: iconHint(k.Icon, icons)})
	}
}

func iconHint(icon string, icons []string) string {
	if near := config.Nearest(icon, icons); near != "" {
		return "did you mean " + near + "?"
	}
	return "an icon is a file icons/NAME.svg of the theme"
}

func iconNames(theme fs.FS) []string {
	if theme == nil {
		return nil
	}
	files, err := fs.Glob(theme, "icons/*.svg")
	if err != nil {
		return nil
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(path.Base(f), ".svg")
	}
	return files
}

// files is the directory of the configuration, which no name can lead out of.
func (p *project) files() (fsys fs.FS, done func(), err error) {
	if p.demo {
		return content.FS, func() {}, nil
	}
	root, err := os.OpenRoot(filepath.Dir(p.file))
	if err != nil {
		return nil, nil, fmt.Errorf("kinds: %w", err)
	}
	return root.FS(), func() { root.Close() }, nil
}

func refFields(k config.Kind) []entity.RefField {
	var out []entity.RefField
	for _, r := range k.References {
		out = append(out, entity.RefField{Key: r.Field, Relation: r.Relation, DefaultKind: r.Kind, Inverse: r.Inverse})
	}
	return out
}

// kindSchema reads and compiles the schema of a kind. The text is JSON, also of
// a schema written as YAML.
func (p *project) kindSchema(fsys fs.FS, k config.Kind, i int) ([]byte, *schema.Schema) {
	refuse := func(format string, args ...any) ([]byte, *schema.Schema) {
		p.report(fmt.Sprintf("the schema %q of %s ", k.Schema, k.Kind)+fmt.Sprintf(format, args...), "kinds", i, "schema")
		return nil, nil
	}
	name := path.Clean(filepath.ToSlash(k.Schema))
	if !fs.ValidPath(name) {
		return refuse("lies outside the directory of the configuration")
	}
	src, err := readLimited(fsys, name)
	if err != nil {
		return refuse("cannot be read: %s", reason(err))
	}
	var found diag.List
	doc := yamldoc.One(src, diag.Pos{File: filepath.ToSlash(path.Join(path.Dir(p.config.Pos().File), k.Schema))}, &found)
	for _, d := range found.All() {
		p.findings.Report(d)
	}
	if doc == nil || doc.Invalid {
		return refuse("is neither JSON nor YAML")
	}
	text, err := json.Marshal(yamldoc.Finite(doc.Value))
	if err != nil {
		return refuse("cannot be written as JSON: %v", err)
	}
	compiled, err := schema.CompileKind(k.Kind+".json", text)
	if err != nil {
		return refuse("is not a JSON Schema: %v", err)
	}
	return text, compiled
}

func readLimited(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxSchema+1))
	if err == nil && len(b) > maxSchema {
		err = fmt.Errorf("it has more than %d bytes", maxSchema)
	}
	return b, err
}
