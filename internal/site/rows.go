package site

import (
	"callboard/internal/digest"
	"callboard/internal/entity"
)

// rows tell what catalogTable makes its rows of, as digests.
type rows struct {
	s   *Site
	sum map[entity.Ref]digest.Sum
}

// state adds what the rows of entities show to the state of a page.
func (r *rows) state(h *digest.Hasher, es []*entity.Entity) digest.Sum {
	if r.sum == nil {
		r.sum = make(map[entity.Ref]digest.Sum, r.s.in.Catalog.Len())
	}
	for _, e := range es {
		sum, ok := r.sum[e.Ref]
		if !ok {
			sum = r.s.row(e.Ref)
			r.sum[e.Ref] = sum
		}
		h.Add(sum)
	}
	return h.Sum()
}

// row is a digest of the entity's own face and of those of its owner and system.
func (s *Site) row(of entity.Ref) digest.Sum {
	h := digest.New("row").String(of.String()).Add(s.see(Subject{Ref: of}, LookFace))
	if o, ok := s.owner(of); ok {
		h.String(o.Target.String()).Add(s.see(Subject{Ref: o.Target}, LookFace))
	}
	if f := s.faces[of]; f != nil && !f.System.IsZero() {
		h.String("system").Add(s.see(Subject{Ref: f.System}, LookFace))
	}
	return h.Sum()
}
