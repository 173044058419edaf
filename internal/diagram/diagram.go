// Package diagram draws diagrams whose languages callboard does not read, such as
// PlantUML, Graphviz and D2: by a program, or by a Kroki server
// (https://docs.kroki.io/kroki/setup/http-clients/), that the site's own
// configuration names, and by nothing else. What comes back is a stranger's
// drawing and passes the allow-list of package sanitize.
//
// A drawing depends on the tool, the language and the source, and nothing else:
// these are its key, under which callers keep it.
package diagram

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"callboard/internal/digest"
	"callboard/internal/process/exec"
	"callboard/internal/sanitize"
)

// Limits of a drawing.
const (
	MaxSource  = 200_000 // bytes of the source
	MaxDrawing = 4 << 20 // bytes of what a tool makes of it
)

// ErrNone is returned for a language that no tool is configured for.
var ErrNone = errors.New("no tool is configured for this language")

// Store keeps drawings between builds. Its methods may be called from several
// goroutines.
type Store interface {
	Get(digest.Sum) ([]byte, bool)
	Put(digest.Sum, []byte)
}

// Renderer draws. Its methods may be called from several goroutines; one source is
// given to its tool once.
type Renderer struct {
	tools map[string]tool
	keep  Store
	mu    sync.Mutex
	made  map[digest.Sum]*drawing
}

type drawing struct {
	once sync.Once
	svg  []byte
	err  error
}

// tool makes an SVG of a source.
type tool struct {
	sum digest.Sum // all that its drawings depend on, beside the source
	run func(ctx context.Context, src []byte) ([]byte, error)
}

// New makes a Renderer without tools, which keeps drawings in a store if there is
// one.
func New(keep Store) *Renderer {
	return &Renderer{tools: map[string]tool{}, keep: keep, made: map[digest.Sum]*drawing{}}
}

// Program lets a program draw languages: it is given the source on its standard
// input and writes an SVG to its standard output.
func (r *Renderer) Program(c exec.Command, e exec.Environment, languages ...string) {
	t := tool{exec.New(c, e).Sum(), func(ctx context.Context, src []byte) ([]byte, error) {
		return exec.Filter(ctx, c, e, src, MaxDrawing)
	}}
	for _, lang := range languages {
		r.tools[lang] = t
	}
}

// Kroki lets a server draw languages that no program draws; an answer may take so
// long. No redirect is followed, for the configuration names this server and no
// other.
func (r *Renderer) Kroki(server string, timeout time.Duration, languages ...string) {
	client := &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, lang := range languages {
		if _, has := r.tools[lang]; has {
			continue
		}
		address := strings.TrimRight(server, "/") + "/" + lang + "/svg"
		r.tools[lang] = tool{digest.New("kroki").String(address).Sum(), func(ctx context.Context, src []byte) ([]byte, error) {
			return post(ctx, client, address, src)
		}}
	}
}

// Languages are those that Kroki draws, by the names that fences have; the path at
// the server is the same: https://kroki.io/#support.
func Languages() []string {
	return []string{"actdiag", "blockdiag", "bpmn", "bytefield", "c4plantuml", "d2", "dbml", "ditaa", "erd", "excalidraw", "graphviz", "nomnoml", "nwdiag",
		"packetdiag", "pikchr", "plantuml", "rackdiag", "seqdiag", "structurizr", "svgbob", "symbolator", "tikz", "umlet", "vega", "vegalite", "wavedrom", "wireviz"}
}

// names are other words for languages.
var names = map[string]string{"puml": "plantuml", "uml": "plantuml", "dot": "graphviz", "vega-lite": "vegalite", "c4": "c4plantuml"}

func (r *Renderer) tool(lang string) (string, tool, bool) {
	lang = strings.TrimPrefix(strings.ToLower(lang), "kroki-")
	if to, ok := names[lang]; ok {
		lang = to
	}
	t, ok := r.tools[lang]
	return lang, t, ok
}

// Draws tells whether a language has a tool. "kroki-" before its name means
// nothing.
func (r *Renderer) Draws(lang string) bool {
	_, _, ok := r.tool(lang)
	return ok
}

// Key is what a drawing depends on; zero if the language has no tool.
func (r *Renderer) Key(lang, src string) digest.Sum {
	lang, t, ok := r.tool(lang)
	if !ok {
		return digest.Sum{}
	}
	return digest.New("diagram/1").Add(t.sum).String(lang).String(src).Sum()
}

// Render draws a source and returns the SVG, sanitised. Errors are ErrNone or what
// the tool did wrong; the caller then shows the source.
func (r *Renderer) Render(ctx context.Context, lang, src string) ([]byte, error) {
	_, t, ok := r.tool(lang)
	if !ok {
		return nil, ErrNone
	}
	if len(src) > MaxSource {
		return nil, fmt.Errorf("the diagram has more than %d bytes", MaxSource)
	}
	key := r.Key(lang, src)
	r.mu.Lock()
	d := r.made[key]
	if d == nil {
		d = &drawing{}
		r.made[key] = d
	}
	r.mu.Unlock()
	d.once.Do(func() { d.svg, d.err = r.draw(ctx, t, key, src) })
	return d.svg, d.err
}

func (r *Renderer) draw(ctx context.Context, t tool, key digest.Sum, src string) ([]byte, error) {
	if r.keep != nil {
		if svg, ok := r.keep.Get(key); ok {
			return svg, nil
		}
	}
	raw, err := t.run(ctx, []byte(src))
	if err != nil {
		return nil, err
	}
	svg := sanitize.SVG(raw)
	if bytes.HasSuffix(svg, []byte(`"/>`)) || !bytes.Contains(svg, []byte("</svg>")) {
		return nil, errors.New("what the tool made is no SVG")
	}
	if r.keep != nil {
		r.keep.Put(key, svg)
	}
	return svg, nil
}
