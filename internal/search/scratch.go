package search

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// scratchBytes is how much a builder that has no store holds in memory.
const scratchBytes = 24 << 20

// scratch holds the groups of a builder that no store keeps: in memory, and
// when they are too many for a build's memory, in a file that is removed in the
// end.
type scratch struct {
	limit int // bytes in memory
	held  int
	file  *os.File
	end   int64 // of the file
}

// add keeps b and gives it back as it is to be read.
func (s *scratch) add(b []byte) (*io.SectionReader, error) {
	if s.held+len(b) <= s.limit {
		s.held += len(b)
		return io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b))), nil
	}
	if s.file == nil {
		f, err := os.CreateTemp("", "callboard-index-*")
		if err != nil {
			return nil, err
		}
		s.file = f
	}
	if _, err := s.file.WriteAt(b, s.end); err != nil {
		return nil, fmt.Errorf("write a group: %w", err)
	}
	s.end += int64(len(b))
	return io.NewSectionReader(s.file, s.end-int64(len(b)), int64(len(b))), nil
}

// close removes the file.
func (s *scratch) close() error {
	if s.file == nil {
		return nil
	}
	err := errors.Join(s.file.Close(), os.Remove(s.file.Name()))
	s.file = nil
	return err
}
