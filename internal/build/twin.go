package build

import (
	"errors"
	"fmt"

	"callboard/internal/digest"
	"callboard/internal/docs/prepare"
	"callboard/internal/entity"
	"callboard/internal/markdown"
	"callboard/internal/output"
	"callboard/internal/site"
	"callboard/internal/urlpath"
)

// twinMade is the twin in Markdown of pages, by their keys: what they show, it
// says. It is none if the path is zero.
func twinMade(path urlpath.Path, pages ...output.Made) []output.Made {
	if path.IsZero() {
		return nil
	}
	h := digest.New(site.TwinVersion)
	for _, m := range pages {
		h.Add(m.Key)
	}
	return []output.Made{{Path: path.String(), Key: h.Sum()}}
}

// twin writes the twin of pages.
func (w *planWriter) twin(path urlpath.Path, made []output.Made, views []site.View, from []entity.Ref) error {
	for _, m := range made {
		if w.b.out.Keep(path, m.Key) {
			continue
		}
		if err := w.put(path, m.Key, site.Markdown(views...), from); err != nil {
			return err
		}
	}
	return nil
}

// twin writes the text of a page of documentation. It comes after all pages and
// files of the set: a page whose address it would take goes first.
func (w *setWriter) twin(at int) error {
	i := w.order[at]
	head, path := w.pages.DocTwin(at)
	if path.IsZero() {
		return nil
	}
	key := digest.New("doctwin/1").Add(w.keys[i]).String(head).Sum()
	made := output.Made{Path: path.String(), Key: key}
	if w.b.out.Keep(path, key) {
		w.made = append(w.made, made)
		return nil
	}
	source, err := w.plan.Snap.Read(w.sources[i])
	if err != nil {
		return fmt.Errorf("read %s again: %w", w.sources[i], err)
	}
	text := prepared(w.plan, w.sources[i], source, prepare.NewFiles(w.plan.Snap)).Text
	err = w.b.out.Put(path, key, append([]byte(head), markdown.Source(text)...))
	if errors.As(err, new(*output.CollisionError)) {
		return nil
	}
	w.made = append(w.made, made)
	return err
}
