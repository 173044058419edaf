package process

import (
	"encoding/json"
	"errors"
	"fmt"

	"callboard/internal/diag"
	"callboard/internal/jq"
)

// answer is what a program says of an entity. All of it may be left out.
type answer struct {
	// Entity is the entity as it shall be.
	Entity map[string]any `json:"entity"`
	// Evidence says in a few words why.
	Evidence string `json:"evidence"`
	// Drop is why the entity shall be left out.
	Drop string `json:"drop"`
	// Error is why the program can say nothing.
	Error string `json:"error"`
	// Findings are about the entity.
	Findings []finding `json:"findings"`
}

type finding struct {
	Severity diag.Severity `json:"severity"`
	Message  string        `json:"message"`
	Hint     string        `json:"hint"`
}

// maxFindings is how many findings of one answer are told.
const maxFindings = 20

// ask asks a program. One that is not run, or was given up, leaves the entity as
// it is.
func (w *work) ask(p *processor, value any, files map[string]any) (any, string, error) {
	program := w.repo.run.programs[p]
	if program == nil {
		return nil, "", nil
	}
	plain, err := jq.Out(value)
	if err != nil {
		return nil, "", err
	}
	line, ok := program.Ask(w.draft.Context(), map[string]any{"entity": plain, "repository": w.repo.describe(), "file": w.draft.Origin.File, "files": files})
	if !ok {
		return nil, "", nil
	}
	var a answer
	if err := json.Unmarshal(line, &a); err != nil {
		return nil, "", fmt.Errorf("its answer is not as it should be: %w", err)
	}
	for i, f := range a.Findings {
		if i == maxFindings {
			break
		}
		w.report(p.name, p.at, f.Severity, CodeSaid, short(f.Message), short(f.Hint))
	}
	switch {
	case a.Error != "":
		return nil, "", errors.New(a.Error)
	case a.Drop != "":
		return nil, "", &droppedError{a.Drop}
	case a.Entity == nil:
		return nil, "", nil
	}
	from := "exec"
	if a.Evidence != "" {
		from = short(a.Evidence)
	}
	return jq.In(a.Entity), from, nil
}
