package build

import (
	"context"
	"time"

	"callboard/internal/config"
	"callboard/internal/diagram"
	"callboard/internal/digest"
	"callboard/internal/process"
	"callboard/internal/process/exec"
)

// Diagrams draws with the programs and the server that a configuration names, or
// with nothing if it names none or if programs and requests are forbidden.
func Diagrams(c config.Diagrams, env process.Environment) *diagram.Renderer {
	r := diagram.New()
	if env.Forbid {
		return r
	}
	for _, t := range []struct {
		tool config.DiagramTool
		lang string
	}{{c.PlantUML, "plantuml"}, {c.Graphviz, "graphviz"}, {c.D2, "d2"}} {
		if len(t.tool.Command) > 0 {
			r.Program(exec.Command{Argv: t.tool.Command, Timeout: timeoutOf(t.tool.Timeout), Memory: config.Bytes(t.tool.Memory)},
				exec.Environment{Dir: env.Dir, Path: env.Path, Home: env.Home}, t.lang)
		}
	}
	if c.Kroki.URL != "" {
		r.Kroki(c.Kroki.URL, timeoutOf(c.Kroki.Timeout), diagram.Languages()...)
	}
	return r
}

// timeoutOf reads a duration whose form the configuration has checked.
func timeoutOf(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 20 * time.Second
	}
	return d
}

// drawer draws the diagrams of one page. Drawings are kept in the pack of the
// page's set, as long as the page has them.
type drawer struct {
	w    *setWriter
	ctx  context.Context // of the rendering, which ends before it
	used []digest.Sum
	// failed tells that one could not be drawn, which may be otherwise the next
	// time.
	failed bool
}

// draw is markdown.Options.Draw; nil if there are no tools.
func (d *drawer) draw() func(kind, source string) ([]byte, bool, error) {
	if d.w.b.diagrams == nil || d.w.b.diagrams.Sum().IsZero() {
		return nil
	}
	return d.one
}

func (d *drawer) one(kind, source string) (svg []byte, ok bool, err error) {
	tools := d.w.b.diagrams
	key := tools.Key(kind, source)
	if key.IsZero() {
		return nil, false, nil
	}
	d.used = append(d.used, key)
	if svg, ok := d.w.pack.Get(key); ok {
		return svg, true, nil
	}
	if svg, err = tools.Render(d.ctx, kind, source); err != nil {
		d.failed = true
		return nil, false, err
	}
	return svg, true, d.w.pack.Put(key, svg)
}
