package build

import (
	"context"
	"strings"

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

// imported are the entities of a repository's files of other catalogs.
func (o Options) imported(ctx context.Context, snap *repofs.Snapshot, read repofs.ReadFunc, sink diag.Sink) ([]*entity.Entity, error) {
	if len(o.Config.Catalog.Importers) == 0 {
		return nil, nil
	}
	ds, err := importer.Read(ctx, snap, o.importers(), read, sink)
	return importer.Entities(ds), err
}

// importersKey is what the reading of a repository depends on beside its files.
func (o Options) importersKey() string { return strings.Join(o.Config.Catalog.Importers, " ") }

// settle decides between entities that are described in several catalogs.
func (o Options) settle(es []*entity.Entity, sink diag.Sink) []*entity.Entity {
	return importer.Settle(es, o.importers(), sink)
}
