package build

import (
	"time"

	"callboard/internal/config"
	"callboard/internal/diagram"
	"callboard/internal/process/exec"
)

// Diagrams draws with the programs and the server that a configuration names, or
// with nothing if it names none or if programs and requests are forbidden.
func Diagrams(c config.Diagrams, env exec.Environment, forbid bool, keep diagram.Store) *diagram.Renderer {
	r := diagram.New(keep)
	if forbid {
		return r
	}
	for _, t := range []struct {
		tool config.DiagramTool
		lang string
	}{{c.PlantUML, "plantuml"}, {c.Graphviz, "graphviz"}, {c.D2, "d2"}} {
		if len(t.tool.Command) > 0 {
			r.Program(exec.Command{Argv: t.tool.Command, Timeout: timeoutOf(t.tool.Timeout), Memory: config.Bytes(t.tool.Memory)}, env, t.lang)
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
