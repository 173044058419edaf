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
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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

// Renderer draws. Its methods may be called from several goroutines; a source that
// is asked for by several at once is given to its tool once.
type Renderer struct {
	tools map[string]tool
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
	// silent is how often in a row it did not answer at all.
	silent *atomic.Int32
}

// maxSilent is how often in a row a tool may not answer before it is given up: a
// portal has thousands of diagrams, and each would be waited for.
const maxSilent = 3

// errGivenUp is what comes of a tool that was given up.
var errGivenUp = errors.New("its tool has not answered several times and is not asked any more")

// New makes a Renderer without tools.
func New() *Renderer {
	return &Renderer{tools: map[string]tool{}, made: map[digest.Sum]*drawing{}}
}

// Program lets a program draw languages: it is given the source on its standard
// input and writes an SVG to its standard output.
func (r *Renderer) Program(c exec.Command, e exec.Environment, languages ...string) {
	t := tool{sum: exec.New(c, e).Sum(), silent: new(atomic.Int32), run: func(ctx context.Context, src []byte) ([]byte, error) {
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
	silent := new(atomic.Int32)
	client := &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, lang := range languages {
		if _, has := r.tools[lang]; has {
			continue
		}
		address := strings.TrimRight(server, "/") + "/" + lang + "/svg"
		r.tools[lang] = tool{sum: digest.New("kroki").String(address).Sum(), silent: silent, run: func(ctx context.Context, src []byte) ([]byte, error) {
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
	return digest.New("diagram/2").Add(t.sum).String(lang).String(src).Sum()
}

// Sum is the digest of all tools; zero if there is none. What shows drawings depends
// on it.
func (r *Renderer) Sum() digest.Sum {
	if len(r.tools) == 0 {
		return digest.Sum{}
	}
	h := digest.New("diagrams/1")
	for _, lang := range slices.Sorted(maps.Keys(r.tools)) {
		h.String(lang).Add(r.tools[lang].sum)
	}
	return h.Sum()
}

// Render draws a source and returns the SVG, sanitised for a page. Errors are ErrNone or what
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
	d.once.Do(func() {
		d.svg, d.err = draw(ctx, t, src)
		r.mu.Lock()
		delete(r.made, key) // drawings are many, and kept by who asked for them
		r.mu.Unlock()
	})
	return d.svg, d.err
}

func draw(ctx context.Context, t tool, src string) ([]byte, error) {
	if t.silent.Load() >= maxSilent {
		return nil, errGivenUp
	}
	raw, err := t.run(ctx, []byte(src))
	switch {
	case err == nil:
		t.silent.Store(0)
	case isSilent(err):
		t.silent.Add(1)
	}
	if err != nil {
		return nil, err
	}
	svg := sanitize.Drawing(raw, "")
	if bytes.HasSuffix(svg, []byte(`"/>`)) || !bytes.Contains(svg, []byte("</svg>")) {
		return nil, errors.New("what the tool made is no SVG")
	}
	return svg, nil
}

// isSilent tells whether an error is of a tool that did not answer, rather than
// one that found something wrong with a source.
func isSilent(err error) bool {
	_, noServer := errors.AsType[*url.Error](err)
	_, noProgram := errors.AsType[*fs.PathError](err)
	return noServer || noProgram
}
