package build

import (
	"context"
	"strings"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/importer"
	"callboard/internal/repofs"
)

// importers are the formats of other catalogs that the configuration names.
func (o Options) importers() []importer.Format {
	var out []importer.Format
	for _, f := range o.Config.Catalog.Importers {
		out = append(out, importer.Format(f))
	}
	return out
}

// imported are the entities of a repository's files of other catalogs. They go
// the way of documents of catalog files.
func (o Options) imported(ctx context.Context, snap *repofs.Snapshot, read repofs.ReadFunc, process catalog.Process, sink diag.Sink) ([]*entity.Entity, error) {
	if len(o.Config.Catalog.Importers) == 0 {
		return nil, nil
	}
	ds, err := importer.Read(ctx, snap, o.importers(), read, sink)
	if err != nil {
		return nil, err
	}
	list := make([]catalog.Foreign, 0, len(ds))
	for _, d := range ds {
		list = append(list, catalog.Foreign{Value: d.Document(), Origin: d.Entity.Origin, Pos: d.Pos, Guesses: d.Guesses()})
	}
	return o.Model.Admit(ctx, snap, list, process, sink)
}

// importersKey is what the reading of a repository depends on beside its files.
func (o Options) importersKey() string { return strings.Join(o.Config.Catalog.Importers, " ") }

// settle decides between entities that are described in several catalogs.
func (o Options) settle(es []*entity.Entity, sink diag.Sink) []*entity.Entity {
	return importer.Settle(es, o.importers(), sink)
}
