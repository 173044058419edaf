package catalog

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"callboard/internal/entity"
)

// Limits of a published catalog.
const (
	MaxPublished         = 256 << 20 // bytes
	MaxPublishedEntities = 500_000
)

// ReadPublished reads a catalog as Export gives it: the catalog.json of a
// portal, or one array or an entity a line, as `callboard catalog --format json`
// and ndjson print it. The entities have the edges that their fields declare, at
// the place of the entity; those of kinds that are not Backstage's have the
// relations of the file that their specs name. What has no valid reference is an
// error, since the file is then no catalog.
func ReadPublished(r io.Reader) ([]*entity.Entity, error) {
	limited := &io.LimitedReader{R: r, N: MaxPublished + 1}
	in := bufio.NewReader(limited)
	d := json.NewDecoder(in)
	array, err := beginsArray(in, d)
	if err != nil {
		return nil, err
	}
	var out []*entity.Entity
	var own ownKinds
	for array && d.More() || !array {
		var x Exported
		err := d.Decode(&x)
		switch {
		case !array && errors.Is(err, io.EOF):
			own.relate(out)
			return out, nil
		case limited.N == 0:
			return nil, fmt.Errorf("it is larger than %d bytes", MaxPublished)
		case err != nil:
			return nil, fmt.Errorf("entity %d: %w", len(out)+1, err)
		case len(out) == MaxPublishedEntities:
			return nil, fmt.Errorf("it holds more than %d entities", MaxPublishedEntities)
		}
		e, err := x.entity()
		if err != nil {
			return nil, fmt.Errorf("entity %d: %w", len(out)+1, err)
		}
		own.add(e, x.Relations)
		out = append(out, e)
	}
	own.relate(out)
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("it ends after entity %d, within the array", len(out))
	}
	return out, nil
}

// beginsArray tells whether the text is an array, whose opening bracket it then
// takes.
func beginsArray(in *bufio.Reader, d *json.Decoder) (bool, error) {
	for n := 1; ; n++ {
		b, err := in.Peek(n)
		switch {
		case err != nil:
			return false, errors.New("it is empty")
		case b[n-1] == ' ' || b[n-1] == '\t' || b[n-1] == '\r' || b[n-1] == '\n':
		case b[n-1] == '[':
			_, err := d.Token()
			return true, err
		case b[n-1] == '{':
			return beginsPortal(in, d, n)
		default:
			return false, fmt.Errorf("it begins with %q and is not JSON of entities", string(b[n-1]))
		}
		if n == 4096 {
			return false, errors.New("it begins with nothing but space")
		}
	}
}

// beginsPortal tells whether the text, in which an object begins before n, is the
// catalog.json of a portal, whose entities are an array in it, or else an entity a
// line. It goes as far as the array.
func beginsPortal(in *bufio.Reader, d *json.Decoder, n int) (bool, error) {
	head, err := in.Peek(n + 64)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	key := strings.TrimLeft(string(head[n:]), " \t\r\n")
	if !strings.HasPrefix(key, `"version"`) && !strings.HasPrefix(key, `"entities"`) {
		return false, nil
	}
	if _, err := d.Token(); err != nil { // the brace
		return false, err
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return false, err
		}
		if key == "entities" {
			open, err := d.Token()
			if err == nil && open != json.Delim('[') {
				err = errors.New("its entities are no array")
			}
			return true, err
		}
		var other json.RawMessage
		if err := d.Decode(&other); err != nil {
			return false, err
		}
	}
	return false, errors.New("it has no entities")
}

// entity is the entity that was exported, without what only its file told.
func (x Exported) entity() (*entity.Entity, error) {
	if entity.CheckKind(x.Kind) != "" || entity.CheckName(x.Name) != "" || entity.CheckNamespace(x.Namespace) != "" {
		return nil, fmt.Errorf("%q is not the reference of an entity", short(x.Ref))
	}
	e := &entity.Entity{
		Ref: entity.NewRef(x.Kind, x.Namespace, x.Name), APIVersion: x.APIVersion, Kind: x.Kind, Namespace: x.Namespace, Name: x.Name,
		Metadata: metadata(x.Metadata), Spec: x.Spec, Origin: x.Origin,
	}
	if len(e.Spec) == 0 {
		e.Spec = nil
	}
	for _, f := range entity.RefFields(e.Kind) {
		switch v := e.Spec[f.Key].(type) {
		case string:
			publishedEdge(e, f, "spec."+f.Key, v)
		case []any:
			for i, item := range v {
				if s, ok := item.(string); ok {
					publishedEdge(e, f, fmt.Sprintf("spec.%s[%d]", f.Key, i), s)
				}
			}
		}
	}
	sortEdges(e.Edges)
	return e, nil
}

func publishedEdge(e *entity.Entity, f entity.RefField, field, ref string) {
	if target, err := entity.ParseRef(ref, f.DefaultKind, e.Namespace); err == nil {
		e.Edges = append(e.Edges, entity.Edge{Type: f.Relation, Target: target, Field: field, Pos: e.Origin.Pos()})
	}
}
