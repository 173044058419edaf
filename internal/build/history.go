package build

import (
	"context"
	"encoding/json"
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/docs"
	"callboard/internal/repofs"
)

// What docs.history may say.
const (
	historyDates = "dates"
	historyNone  = "none"
)

// history lets the pages of the set tell when they were changed, if the repository
// has a history that can be read.
func (w *setWriter) history(ctx context.Context) error {
	h, wanted := w.plan.Snap.History, w.b.o.Config.Docs.History
	switch {
	case wanted == historyNone:
		return nil
	case h == nil:
		w.plan.NoHistory(diag.Info, "the repository's history is not at hand", "it is read of git checkouts on the machine that builds", w.sink)
		return nil
	}
	changes, err := w.changes(ctx, h)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		w.plan.NoHistory(diag.Warning, "git cannot read the repository's history", "git log must work in the checkout", w.sink)
		return nil
	}
	if h.Shallow() {
		w.plan.NoHistory(diag.Warning, "the clone is shallow, and pages that its commits did not change tell no date", "check out the whole history (fetch-depth: 0)", w.sink)
	}
	w.plan.History = func(file string) (docs.Change, bool) {
		c, ok := changes[file]
		if wanted == historyDates {
			c.Authors = nil
		}
		return docs.Change(c), ok
	}
	return nil
}

// changes are those of the set's files, kept as long as the commit is the same.
func (w *setWriter) changes(ctx context.Context, h repofs.History) (map[string]repofs.Change, error) {
	paths := w.plan.HistoryPaths()
	key := digest.New("history/1").Add(h.Key()).JSON(paths).JSON(w.sources).Sum()
	if m := w.memory; m != nil && m.history.key == key {
		w.pack.Keep(key)
		return m.history.changes, nil
	}
	out, err := w.readChanges(ctx, h, key, paths)
	if m := w.memory; m != nil && err == nil {
		m.history.key, m.history.changes = key, out
	}
	return out, err
}

func (w *setWriter) readChanges(ctx context.Context, h repofs.History, key digest.Sum, paths []string) (map[string]repofs.Change, error) {
	if raw, ok := w.pack.Get(key); ok {
		var kept map[string]repofs.Change
		if json.Unmarshal(raw, &kept) == nil {
			return kept, nil
		}
	}
	all, err := h.Of(ctx, paths...)
	if err != nil {
		return nil, err
	}
	own := make(map[string]repofs.Change, len(w.sources))
	for _, src := range w.sources {
		if c, ok := all[src]; ok {
			own[src] = c
		}
	}
	raw, err := json.Marshal(own)
	if err != nil {
		return nil, fmt.Errorf("keep the history of %s: %w", w.plan.Of, err)
	}
	return own, w.pack.Put(key, raw)
}
