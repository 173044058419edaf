package state

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// draft is a file that is being written.
type draft struct {
	f    *os.File
	w    *bufio.Writer
	sync func(*os.File) error
}

func (d *Dir) draft() (*draft, error) {
	f, err := os.CreateTemp(d.file(unfinished), "*")
	if err != nil {
		return nil, err
	}
	var w io.Writer = f
	if d.opt.Through != nil {
		w = d.opt.Through(f)
	}
	return &draft{f, bufio.NewWriterSize(w, 1<<16), d.opt.Sync}, nil
}

// discard gives the draft up.
func (x *draft) discard() error { return errors.Join(x.f.Close(), os.Remove(x.f.Name())) }

// install makes the draft the file at name. A file that replaces the last copy
// of something is on the disk before it does so (lasting); one that can be had
// again is not waited for, which would take minutes for an organisation.
func (x *draft) install(name string, lasting bool) (err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(x.f.Name()))
		}
	}()
	err = x.w.Flush()
	if err == nil && lasting {
		err = x.sync(x.f)
	}
	if err = errors.Join(err, x.f.Close()); err != nil {
		return err
	}
	if err = os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	if err = os.Rename(x.f.Name(), name); err != nil || !lasting {
		return err
	}
	syncDir(filepath.Dir(name), x.sync)
	return nil
}

// syncDir makes a rename last. Systems that cannot do it for a directory do it
// by themselves.
func syncDir(dir string, sync func(*os.File) error) {
	if f, err := os.Open(dir); err == nil {
		_ = sync(f)
		_ = f.Close()
	}
}

// replace writes a whole file.
func (d *Dir) replace(name string, lasting bool, write func(*bufio.Writer) error) error {
	x, err := d.draft()
	if err != nil {
		return err
	}
	if err := write(x.w); err != nil {
		return errors.Join(err, x.discard())
	}
	return x.install(name, lasting)
}
