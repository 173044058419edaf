package build

import (
	"callboard/internal/config"
	"callboard/internal/diag"
	"callboard/internal/digest"
	"callboard/internal/process"
)

// processing starts the processors of a build. The function that it returns
// ends them; it must be called before the findings are closed.
func (o Options) processing() (Options, func(diag.Sink)) {
	p := o.Process
	if p == nil {
		p = process.Compile(&config.Loaded{Config: o.Config}, diag.Discard)
	}
	o.run = p.Start(o.Programs)
	return o, o.run.Close
}

// processKey is what processors do to a repository that is not in its files, and
// whether what they make of it may be kept for another build.
func (o Options) processKey(topics []string) (digest.Sum, bool) {
	key, pure := o.run.Key()
	h := digest.New("processed").Add(key).Int(len(topics))
	for _, t := range topics {
		h.String(t)
	}
	return h.Sum(), pure
}
