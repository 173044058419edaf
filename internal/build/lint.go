package build

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/lint"
	"callboard/internal/par"
	"callboard/internal/repofs"
)

// LintOptions say what Lint is asked for beside what is wrong with the files.
type LintOptions struct {
	// Verdicts asks for what became of every YAML document of the catalog files,
	// Every for those of all other YAML files, too.
	Verdicts, Every bool
	// Others gives the entities of repositories that are not read, such as those
	// of a published catalog, once it is known what has been read. Nil is none.
	Others func(read *Loaded, own []*entity.Entity) []*entity.Entity
	// Of says of which files findings are wanted; of others, some may be there
	// and without their place. Nil wants all.
	Of func(repo, file string) bool
	// Unsaved is what stands for the content of files, by repository and path.
	Unsaved map[string]map[string][]byte
	// Findings is set where nothing but findings is wanted: then entities are
	// judged as they are read, and what is kept of them is an outline. Own and
	// Catalog are nil unless something else asks for them.
	Findings bool
}

// Linted is what Lint found.
type Linted struct {
	Loaded
	// Own are the entities that were read, Others those that were given. Where
	// two have the same reference the catalog has one of them.
	Own, Others []*entity.Entity
	// Verdicts are in the order of their files and documents.
	Verdicts []catalog.Verdict

	refused []*entity.Entity
	gave    bool      // some repository gave an entity, be it one that was refused
	brief   *outlined // in place of Own and Catalog, or nil
}

// Lint reads the sources as Load does, for what is wrong with them alone. It
// keeps no results and uses none: to look at the files of 10,000 repositories
// costs less than to encode and store what is in them.
func Lint(ctx context.Context, o Options, lo LintOptions) (*Linted, error) {
	pending, err := discover(ctx, o.Sources)
	if err != nil {
		return nil, err
	}
	l := &Linted{Loaded: Loaded{Snapshots: make(map[string]*repofs.Snapshot, len(pending))}}
	var found diag.List
	sink := o.filter(&found)
	o, end := o.processing()
	defer end(sink)
	l.brief = o.outlined(lo, l.Snapshots)
	done := 0
	sides := make([]side, 0, len(pending))
	for some, err := range par.Map(ctx, o.jobs(), handfuls(pending, o.jobs()), func(ctx context.Context, ws []work) ([]judged, error) {
		return o.judgeAll(ctx, ws, lo, l.brief, sink)
	}) {
		if err != nil {
			return nil, err
		}
		for _, p := range some {
			l.Repos = append(l.Repos, p.side.snap.Repo)
			l.Snapshots[p.side.snap.Repo] = p.side.snap
			l.add(p)
			sides = append(sides, p.side)
		}
		done += len(some)
		o.progress("catalog", done, len(pending))
	}
	if err := o.judgeMore(ctx, l, pending, sides, lo, sink); err != nil {
		return nil, err
	}
	if !l.gave {
		sayMissing(l.inOrder(), sink)
	}
	end(sink)
	o.conclude(l, lo, sink, &found)
	l.Diagnostics = found.Take()
	return l, nil
}

// handfuls cuts what is to be read into pieces that one worker takes at a time:
// most repositories take less time than it takes to wake a worker.
func handfuls(pending []work, workers int) iter.Seq[[]work] {
	return slices.Chunk(pending, max(1, min(maxHandful, len(pending)/(8*workers))))
}

const maxHandful = 16

// conclude links what was read and applies the rules.
func (o Options) conclude(l *Linted, lo LintOptions, sink *lint.Filter, found *diag.List) {
	if l.brief != nil {
		l.outline = l.brief.outline
		l.brief.conclude(lo, sink, found)
		sink.Close()
		return
	}
	if lo.Others != nil {
		l.Others = lo.Others(&l.Loaded, l.Own)
	}
	l.Catalog = catalog.Link(slices.Values(o.settle(slices.Concat(l.Own, l.Others), sink)), sink)
	o.rules(l.Catalog, l.Snapshots, lo.Of, nil, sink)
	if len(l.refused) > 0 {
		o.refused(l, lo, sink, found)
	}
	sink.Close()
}

// judged is a repository that was read for its findings.
type judged struct {
	side     side
	entities []*entity.Entity
	refused  []*entity.Entity
	verdicts []catalog.Verdict
	alone    findings // what each has by itself, for an outline
}

// inOrder are the repositories in the order of their names.
func (l *Linted) inOrder() []*repofs.Snapshot {
	out := make([]*repofs.Snapshot, len(l.Repos))
	for i, name := range l.Repos {
		out[i] = l.Snapshots[name]
	}
	return out
}

func (l *Linted) add(j judged) {
	l.gave = l.gave || len(j.entities)+len(j.refused) > 0
	l.Verdicts = append(l.Verdicts, j.verdicts...)
	if l.brief != nil {
		l.brief.add(j)
		return
	}
	l.Own = append(l.Own, j.entities...)
	l.refused = append(l.refused, j.refused...)
}

// judgeAll reads repositories one after the other.
func (o Options) judgeAll(ctx context.Context, ws []work, lo LintOptions, b *outlined, filter *lint.Filter) ([]judged, error) {
	out := make([]judged, len(ws))
	for i, w := range ws {
		var err error
		if out[i], err = o.judge(ctx, w, lo, b, filter); err != nil {
			return nil, err
		}
	}
	return out, ctx.Err()
}

func (o Options) judge(ctx context.Context, w work, lo LintOptions, b *outlined, filter *lint.Filter) (j judged, err error) {
	to := renamed{filter, w.name}
	defer recoverInto(w.name, to, &err, func() { j = judged{side: side{snap: repofs.Memory(w.name, nil, nil)}} })
	snap, err := w.src.Fetch(ctx, *w.repo, to)
	if err != nil {
		return judged{}, fmt.Errorf("fetch %s: %w", w.name, err)
	}
	describe(snap, w)
	return o.judgeFiles(ctx, w, snap.With(lo.Unsaved[w.name]), nil, lo, b, filter)
}

// judgeMore judges the files that Locations of other repositories lead to.
func (o Options) judgeMore(ctx context.Context, l *Linted, all []work, sides []side, lo LintOptions, filter *lint.Filter) error {
	more, err := cross(ctx, o.jobs(), sides, filter, func(ctx context.Context, c call) (judged, side, error) {
		i := slices.IndexFunc(all, func(w work) bool { return w.name == c.Repo })
		j, err := o.judgeFiles(ctx, all[i], sides[i].snap, &c, lo, l.brief, filter)
		return j, j.side, err
	})
	for _, j := range more {
		l.add(j)
	}
	if len(more) > 0 {
		l.Verdicts = inOrder(l.Verdicts)
	}
	return err
}

// judgeFiles judges a repository's catalog files or, with a call, those that
// others' Locations lead to.
func (o Options) judgeFiles(ctx context.Context, w work, snap *repofs.Snapshot, c *call, lo LintOptions, brief *outlined, filter *lint.Filter) (j judged, err error) {
	to, b := renamed{filter, w.name}, c.beyond()
	defer recoverInto(w.name, to, &err, func() { j = judged{side: side{snap: snap}} })
	var sink diag.Sink = refusals{to, &j.refused}
	if lo.Verdicts {
		sink = witness{refusals{to, &j.refused}, lo.Every, &j.verdicts}
	}
	if brief != nil {
		j.alone = findings{}
		b.Met = brief.judge(snap, j.alone)
	}
	if j.entities, err = o.entities(ctx, snap, heeding(snap, filter), b, sink); err != nil {
		return judged{}, fmt.Errorf("read %s: %w", w.name, err)
	}
	for _, e := range slices.Concat(j.entities, j.refused) {
		asDecoded(e)
	}
	slices.SortFunc(j.verdicts, compareVerdicts)
	j.side = side{snap, b.Leads, b.Read}
	return j, nil
}

// inOrder sorts verdicts of several readings. A file that a Location of another
// repository leads to was left out by its own.
func inOrder(vs []catalog.Verdict) []catalog.Verdict {
	slices.SortStableFunc(vs, func(a, b catalog.Verdict) int {
		return cmp.Or(cmp.Compare(a.Repo, b.Repo), compareVerdicts(a, b), cmp.Compare(len(a.Left), len(b.Left)))
	})
	return slices.CompactFunc(vs, func(a, b catalog.Verdict) bool { return a.Repo == b.Repo && a.File == b.File && a.Doc == b.Doc })
}

func compareVerdicts(a, b catalog.Verdict) int {
	return diag.Pos{File: a.File, Line: a.Doc}.Compare(diag.Pos{File: b.File, Line: b.Doc})
}

// witness remembers verdicts.
type witness struct {
	refusals
	every    bool
	verdicts *[]catalog.Verdict
}

// Wants tells whether a file that is no catalog file is to be judged, too.
func (w witness) Wants(file string) bool {
	return w.every && (strings.HasSuffix(file, ".yaml") || strings.HasSuffix(file, ".yml"))
}

// Document makes a witness a catalog.Witness.
func (w witness) Document(v catalog.Verdict) { *w.verdicts = append(*w.verdicts, v) }

// asDecoded gives the values of an entity the forms that they have after
// encoding and decoding, as in a build: numbers have one form in JSON and
// several in YAML, and rules must see the same in both.
func asDecoded(e *entity.Entity) {
	oneNumber(e.Spec)
	oneNumber(e.Metadata.Extra)
	for _, l := range e.Metadata.Links {
		oneNumber(l.Extra)
	}
	if len(e.Spec) == 0 {
		e.Spec = nil
	}
}

// oneNumber makes every number in v a float64, in place.
func oneNumber(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if y := oneNumber(x); y != nil {
				v[k] = y
			}
		}
	case []any:
		for i, x := range v {
			if y := oneNumber(x); y != nil {
				v[i] = y
			}
		}
	case int64:
		return float64(v)
	}
	return nil
}
