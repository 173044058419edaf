// Package process changes entities between their files and the catalog: it gives
// them what follows from their repository (annotations, an owner of CODEOWNERS,
// defaults, tags of topics) and runs the processors that the configuration
// declares, in its order.
//
// Processors see a document after its placeholders have been resolved and
// before it is checked, as in Backstage: one without an owner may get one and
// be valid. What they make of it is held to the rules for what stands in files.
// A processor may repair a document and never break one: if its result has a
// fault that was not there before, the result is put aside, with a finding that
// names the processor and the entity.
//
// What is done to a document depends on the configuration, the document, the
// names of the repository's files, those that a processor wants, and what the
// snapshot tells of the repository; on nothing else, but for programs that are
// not declared pure. Key says the first; build knows the others.
package process

import (
	"fmt"
	"strings"
	"time"

	"callboard/internal/catalog"
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/process/exec"
	"callboard/internal/repofs"
)

// The codes of what processors have to say.
const (
	CodeProposed = diag.Code("owner-proposed")    // CODEOWNERS knows an owner
	CodeFailed   = diag.Code("processor-failed")  // an expression or program gave an error
	CodeRefused  = diag.Code("processor-refused") // its result is no valid entity
	CodeDropped  = diag.Code("processor-dropped") // the entity is left out
	CodeFiles    = diag.Code("processor-files")   // wanted files beyond a limit
	CodeSaid     = diag.Code("processor-said")    // findings of a program, and its standard error
	CodeNotRun   = diag.Code("processor-not-run") // a program that this command does not run
)

// version is part of every key. It changes whenever the package does something
// else with the same configuration.
const version = "process/1"

// Pipeline is the processors of a configuration, compiled. It may be used from
// several goroutines.
type Pipeline struct {
	derive derive
	own    []*processor
	sum    digest.Sum
	impure bool // a program's answers must not be kept
}

// Compile compiles the processors of a configuration. What is wrong with them
// is reported at its place in the file, and left out.
func Compile(c *config.Loaded, sink diag.Sink) *Pipeline {
	k := &compiler{config: c, sink: sink}
	p := &Pipeline{derive: k.derive()}
	for i := range c.Processors {
		if x := k.processor(i); x != nil {
			p.own = append(p.own, x)
			p.impure = p.impure || x.program != nil && !c.Processors[i].Pure
		}
	}
	h := digest.New(version).JSON(c.Derive).JSON(c.Processors)
	for _, f := range p.derive.fallbacks() {
		h.String(f.at.String())
	}
	for _, x := range p.own {
		h.String(x.at.String()) // places stand in findings and relations
	}
	p.sum = h.Sum()
	return p
}

// Environment is what programs are run with.
type Environment struct {
	// Dir is the absolute path of the directory of the configuration.
	Dir string
	// Path and Home are the values of PATH and HOME.
	Path, Home string
	// Forbid leaves programs alone: what they would do is not done, and said.
	Forbid bool
}

// Run is a pipeline at work in one build. It must be closed.
type Run struct {
	pipeline *Pipeline
	env      Environment
	programs map[*processor]*exec.Program
	key      digest.Sum
	closed   bool
}

// Start makes a run. No program is started before it is needed.
func (p *Pipeline) Start(env Environment) *Run {
	r := &Run{pipeline: p, env: env, programs: map[*processor]*exec.Program{}}
	for _, x := range p.own {
		if x.program != nil && !env.Forbid {
			r.programs[x] = exec.New(*x.program, exec.Environment{Dir: env.Dir, Path: env.Path, Home: env.Home})
		}
	}
	r.key = r.sum()
	return r
}

func (r *Run) sum() digest.Sum {
	h := digest.New("run").Add(r.pipeline.sum).Int(len(r.programs))
	for _, x := range r.pipeline.own {
		if p := r.programs[x]; p != nil {
			h.Add(p.Sum())
		}
	}
	return h.Sum()
}

// Key is the digest of all that a run does that is not in the repository. It is
// false if something else counts, too, so that results must not be kept.
func (r *Run) Key() (digest.Sum, bool) {
	return r.key, !r.pipeline.impure || r.env.Forbid
}

// Close ends the programs and reports what they wrote to their standard error.
// Later calls do nothing.
func (r *Run) Close(sink diag.Sink) {
	if r.closed {
		return
	}
	r.closed = true
	for _, x := range r.pipeline.own {
		if x.program != nil && r.env.Forbid {
			sink.Report(diag.Diagnostic{Pos: x.at, Severity: diag.Info, Code: CodeNotRun, Message: fmt.Sprintf("the program of the processor %q was not run", x.name),
				Hint: "--allow-exec runs it; do so only where callboard.yaml is trusted"})
		}
		p := r.programs[x]
		if p == nil {
			continue
		}
		x.ended(p, sink)
	}
}

// ended closes the program of a processor. What it wrote to its standard error
// goes along with its failure, in the order in which it was written: it is what
// tells why.
func (x *processor) ended(p *exec.Program, sink diag.Sink) {
	lines, failure := p.Close()
	var wrote []diag.Related
	for _, l := range lines {
		wrote = append(wrote, diag.Related{Pos: x.at, Message: l})
	}
	switch {
	case failure != nil:
		sink.Report(diag.Diagnostic{Pos: x.at, Severity: diag.Error, Code: CodeFailed, Message: fmt.Sprintf("the processor %q was given up: %v", x.name, failure),
			Hint: "entities are as they were before it", Related: wrote})
	case len(wrote) > 0:
		sink.Report(diag.Diagnostic{Pos: x.at, Severity: diag.Info, Code: CodeSaid, Message: fmt.Sprintf("%s: %s", x.name, lines[0]), Related: wrote[1:]})
	}
}

// Repository is what is done to the documents of a repository. Files are read
// through read only. The function must be called from one goroutine at a time.
func (r *Run) Repository(s *repofs.Snapshot, read repofs.ReadFunc) catalog.Process {
	repo := &repository{run: r, snap: s, read: read, wanted: map[string]map[string]any{}}
	return repo.process
}

// process is what is done to one document.
func (r *repository) process(d *catalog.Draft, sink diag.Sink) {
	w := &work{repo: r, draft: d, sink: sink}
	r.run.pipeline.derive.run(w)
	if len(r.run.pipeline.own) > 0 {
		w.own()
	}
}

// duration reads a duration that package config has checked.
func duration(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 10 * time.Second
	}
	return d
}

// short is a text on one line, cut to what fits into a message.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 160 {
		return string(r[:160]) + "…"
	}
	return s
}
