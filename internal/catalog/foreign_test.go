package catalog_test

import (
	"context"
	"errors"
	"testing"

	"callboard/internal/catalog"
	"callboard/internal/diag"
	"callboard/internal/entity"
	"callboard/internal/repofs"
)

// foreign is a component as another catalog's file would give it.
func foreign(spec map[string]any) catalog.Foreign {
	at := diag.Pos{Repo: "r", File: "other.yml", Line: 3, Col: 5}
	return catalog.Foreign{
		Value:   map[string]any{"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": map[string]any{"name": "pay"}, "spec": spec},
		Origin:  entity.Origin{Repo: "r", File: "other.yml", Line: 3, Col: 5, Doc: 1},
		Guesses: map[string]string{"owner": "unknown", "lifecycle": "unknown"},
		Pos: func(path ...any) diag.Pos {
			p := at
			p.Line += len(path) // told by their depth
			return p
		},
	}
}

func admit(t *testing.T, process catalog.Process, list ...catalog.Foreign) ([]*entity.Entity, []diag.Diagnostic) {
	t.Helper()
	var said diag.List
	es, err := (*catalog.Model)(nil).Admit(t.Context(), repofs.Memory("r", nil, nil), list, process, &said)
	if err != nil {
		t.Fatal(err)
	}
	return es, said.All()
}

// What the file does not say is missing for those who would know, and guessed if
// nobody does.
func TestAdmitGuesses(t *testing.T) {
	spec := func() map[string]any {
		return map[string]any{"type": "service", "owner": "unknown", "lifecycle": "unknown", "dependsOn": []any{"component:ship"}}
	}
	es, said := admit(t, nil, foreign(spec()))
	if len(es) != 1 || len(said) > 0 || es[0].SpecString("owner") != "unknown" || es[0].SpecString("lifecycle") != "unknown" {
		t.Fatalf("%v %v", es, said)
	}
	if e := es[0]; e.Origin.Doc != 1 || e.Origin.Line != 3 || len(e.Edges) != 2 || e.Edges[0].Pos.Line != 6 {
		t.Errorf("%+v %+v", e.Origin, e.Edges)
	}
	faults := -1
	es, said = admit(t, func(d *catalog.Draft, _ diag.Sink) {
		own := d.Value["spec"].(map[string]any)
		if _, there := own["owner"]; there || own["lifecycle"] != nil {
			t.Errorf("the guesses are there: %v", own)
		}
		faults = len(d.Check(d.Value))
		own["owner"], own["lifecycle"] = "group:crew", ""
	}, foreign(spec()))
	if len(es) != 1 || faults != 0 || es[0].SpecString("owner") != "group:crew" || es[0].SpecString("lifecycle") != "unknown" {
		t.Errorf("%d faults, %v %v", faults, es, said)
	}
}

// A Foreign is held to the rules of documents, and its texts are only texts.
func TestAdmitChecks(t *testing.T) {
	bad := foreign(map[string]any{"type": "service", "owner": "not a reference:"})
	bad.Guesses = map[string]string{"lifecycle": "unknown"}
	es, said := admit(t, nil, bad)
	if len(es) != 0 || len(said) != 1 || said[0].Code != catalog.CodeRefInvalid || said[0].Pos.File != "other.yml" || said[0].Pos.Line != 5 || said[0].Fix != nil {
		t.Errorf("%v %+v", es, said)
	}
	text := foreign(map[string]any{"type": "service", "notes": map[string]any{"$text": "./secret"}})
	es, said = admit(t, nil, text)
	if len(es) != 1 || len(said) != 0 || es[0].Spec["notes"].(map[string]any)["$text"] != "./secret" {
		t.Errorf("%v %v", es, said)
	}
	dropped := foreign(map[string]any{"type": "service"})
	if es, said = admit(t, func(d *catalog.Draft, _ diag.Sink) { d.Dropped = true }, dropped); len(es) != 0 || len(said) != 0 {
		t.Errorf("%v %v", es, said)
	}
	for name, v := range map[string]map[string]any{"nothing": nil, "a text for a spec": {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": map[string]any{"name": "pay"}, "spec": "x"}} {
		f := foreign(nil)
		f.Value = v
		if es, said = admit(t, nil, f); len(es) != 0 || len(said) == 0 {
			t.Errorf("%s: %v %v", name, es, said)
		}
	}
}

func TestAdmitCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := (*catalog.Model)(nil).Admit(ctx, repofs.Memory("r", nil, nil), []catalog.Foreign{foreign(nil)}, nil, diag.Discard)
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
