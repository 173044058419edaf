package site

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/digest"
	"callboard/internal/entity"
	"callboard/internal/urlpath"
)

// DataFiles are the names below data/ of the files that scripts load, for
// data/site.json.
type DataFiles struct {
	Catalog, Desc string
	People        string // "" if pages do not ask who is reading
}

// Data makes the files that scripts load: the catalog in columns, the
// descriptions and, if pages ask who is reading, what people and teams are
// called. Their names hold a digest of their content.
func (s *Site) Data() (DataFiles, []File, error) {
	cols, desc, err := s.columns()
	if err != nil {
		return DataFiles{}, nil, err
	}
	people, err := s.identity()
	if err != nil {
		return DataFiles{}, nil, err
	}
	names := DataFiles{Catalog: "catalog." + digest.Of(cols).Short() + ".json", Desc: "desc." + digest.Of(desc).Short() + ".txt"}
	files := []File{{"data/" + names.Catalog, cols}, {"data/" + names.Desc, desc}}
	if people != nil {
		names.People = "people." + digest.Of(people).Short() + ".json"
		files = append(files, File{"data/" + names.People, people})
	}
	return names, files, nil
}

// dictionary numbers values so that the most frequent have the smallest
// numbers, which compresses well. Number 0 is "none".
type dictionary struct {
	values []string
	index  map[string]int
}

func newDictionary(all []string) *dictionary {
	count := map[string]int{}
	for _, v := range all {
		if v != "" {
			count[v]++
		}
	}
	d := &dictionary{values: []string{""}, index: map[string]int{"": 0}}
	for _, v := range sortedKeys(count, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) }) {
		d.index[v] = len(d.values)
		d.values = append(d.values, v)
	}
	return d
}

// columns is the catalog as scripts read it: a column of small integers for
// each facet, names and titles as lines, sorted by name.
func (s *Site) columns() (cols, desc []byte, err error) {
	es := slices.Clone(s.in.Catalog.Entities())
	es = slices.DeleteFunc(es, func(e *entity.Entity) bool { return s.faces[e.Ref].NoPage })
	slices.SortFunc(es, func(a, b *entity.Entity) int {
		return cmp.Or(cmp.Compare(a.Ref.Name, b.Ref.Name), a.Ref.Compare(b.Ref))
	})
	facets := map[string]func(*entity.Entity) string{
		"kind": func(e *entity.Entity) string { return e.Ref.Kind }, "ns": func(e *entity.Entity) string { return e.Ref.Namespace }, "type": (*entity.Entity).Type, "lifecycle": (*entity.Entity).Lifecycle,
		"owner": func(e *entity.Entity) string { o, _ := s.owner(e.Ref); return shortRef(o.Target) }, "system": func(e *entity.Entity) string { return shortRef(s.faces[e.Ref].System) },
	}
	out := struct {
		V      int                 `json:"v"`
		N      int                 `json:"n"`
		Base   string              `json:"base"`
		Dict   map[string][]string `json:"dict"`
		Cols   map[string][]int    `json:"cols"`
		Tags   string              `json:"tags"`
		Names  string              `json:"names"`
		Titles string              `json:"titles"`
	}{V: 1, N: len(es), Base: s.base, Dict: map[string][]string{}, Cols: map[string][]int{}}
	for name, of := range facets {
		values := make([]string, len(es))
		for i, e := range es {
			values[i] = of(e)
		}
		d := newDictionary(values)
		col := make([]int, len(es))
		for i, v := range values {
			col[i] = d.index[v]
		}
		out.Dict[name], out.Cols[name] = d.values, col
	}
	var tags, names, titles []string
	var descs bytes.Buffer
	var allTags []string
	for _, e := range es {
		allTags = append(allTags, e.Metadata.Tags...)
	}
	d := newDictionary(allTags)
	for _, e := range es {
		var ts []string
		for _, t := range e.Metadata.Tags {
			ts = append(ts, itoa(d.index[t]))
		}
		tags = append(tags, strings.Join(ts, " "))
		names = append(names, e.Name)
		title := oneLine(e.Title())
		if title == e.Name {
			title = ""
		}
		titles = append(titles, title)
		descs.WriteString(short(e.Metadata.Description, 120) + "\n")
	}
	out.Dict["tag"] = d.values
	out.Tags, out.Names, out.Titles = strings.Join(tags, "\n"), strings.Join(names, "\n"), strings.Join(titles, "\n")
	cols, err = digest.Encode(out)
	return cols, descs.Bytes(), err
}

func oneLine(s string) string { return short(s, 200) }

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

func shortRef(r entity.Ref) string {
	if r.IsZero() {
		return ""
	}
	return r.Short("")
}

// Robots is what robots are told.
func Robots() File { return File{"robots.txt", []byte("User-agent: *\nDisallow: /\n")} }

// Export is an entity as it stands in catalog.json.
func (s *Site) Export(e *entity.Entity) ([]byte, error) {
	return digest.Encode(s.exported(e))
}

// filesOf are the machine files of an entity.
func (s *Site) filesOf(e *entity.Entity, export []byte) []File {
	out := []File{{entityFile(e.Ref, "entity.json"), append(slices.Clip(export), '\n')}}
	if def := e.SpecString("definition"); e.Kind == entity.KindAPI && def != "" {
		p := &planned{s: s, e: e}
		out = append(out, File{entityFile(e.Ref, p.rawName()), []byte(def)})
	}
	return out
}

// exported is an entity for programs, with the annotations that Backstage would
// have added.
func (s *Site) exported(e *entity.Entity) catalog.Exported {
	s.note(e.Ref, LookEdges)
	src := s.sourceOf(e.Origin.Repo)
	return s.in.Catalog.ExportAt(e, src.WebURL, src.Branch)
}

func entityFile(r entity.Ref, name string) string {
	p, err := urlpath.Entity(r.Namespace, r.Kind, r.Name, name)
	if err != nil {
		return ""
	}
	return p.String()
}

// CatalogFile is the file that holds every entity, one to a line, in an object
// that says what it is.
const CatalogFile = "catalog.json"

// WriteCatalog writes that file. line gives an entity's Export, which is not
// used after the next call.
func (s *Site) WriteCatalog(w io.Writer, line func(*entity.Entity) ([]byte, error)) error {
	if _, err := io.WriteString(w, "{\"version\":1,\"entities\":[\n"); err != nil {
		return err
	}
	for i, e := range s.in.Catalog.Entities() {
		b, err := line(e)
		if err != nil {
			return err
		}
		if i > 0 {
			if _, err := io.WriteString(w, ",\n"); err != nil {
				return err
			}
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "\n]}\n")
	return err
}
