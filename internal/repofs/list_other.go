//go:build !linux

package repofs

import "os"

type lister struct{ rootLister }

func newLister(root *os.Root) *lister { return &lister{rootLister{root}} }

func (*lister) close() {}
