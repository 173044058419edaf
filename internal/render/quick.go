package render

import (
	"bytes"
	"errors"
	"html/template"
	"io"
	"reflect"
	"sync"
)

// quick runs templates. html/template escapes them and runs each for the first
// page of its kind. What it made of it is compiled then, for the type of the view,
// and if that writes the same page, all others of the kind are written by it: it
// looks no field up by its name and calls no function by reflection, and takes a
// tenth of the time. Templates that do more than it knows stay with html/template,
// and so does a page that it fails on.
type quick struct {
	set      *template.Template
	machines sync.Pool

	mu       sync.RWMutex
	compiler *compiler
	kinds    map[kind]*program // nil for those that stay
	why      map[kind]error    // they stay
}

// kind is a template with the type of the views that it gets.
type kind struct {
	template string
	view     reflect.Type
}

func newQuick(set *template.Template, funcs template.FuncMap) *quick {
	q := &quick{set: set, compiler: newCompiler(set, funcs), kinds: map[kind]*program{}, why: map[kind]error{}}
	q.machines.New = func() any { return new(machine) }
	return q
}

func (q *quick) page(w io.Writer, p page) error {
	k := kind{p.V.Template(), reflect.TypeOf(p.V)}
	q.mu.RLock()
	program, known := q.kinds[k]
	q.mu.RUnlock()
	if !known {
		return q.first(w, k, p)
	}
	if program != nil {
		m := q.machines.Get().(*machine)
		defer q.machines.Put(m)
		if m.run(program, p.value()) {
			_, err := w.Write(m.out)
			return err
		}
	}
	return q.set.ExecuteTemplate(w, k.template, p)
}

// value is a page as compiled templates get it.
func (p page) value() value {
	return value{rec: []value{{v: reflect.ValueOf(p.V)}, {v: reflect.ValueOf(p.Body)}}}
}

// first writes the first page of a kind.
func (q *quick) first(w io.Writer, k kind, p page) error {
	var b bytes.Buffer
	if err := q.set.ExecuteTemplate(&b, k.template, p); err != nil {
		return err
	}
	q.mu.Lock()
	if _, known := q.kinds[k]; !known {
		q.kinds[k], q.why[k] = q.compile(k, p, b.Bytes())
	}
	q.mu.Unlock()
	_, err := w.Write(b.Bytes())
	return err
}

// compile compiles a template and tries it on a page whose bytes are known.
func (q *quick) compile(k kind, p page, want []byte) (*program, error) {
	x, err := q.compiler.page(k.template, k.view)
	if err != nil {
		return nil, err
	}
	m := new(machine)
	if !m.run(x, p.value()) || !bytes.Equal(m.out, want) {
		return nil, errOther
	}
	return x, nil
}

var errOther = errors.New("what was compiled writes another page")
