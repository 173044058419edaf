package hugepages

import (
	"syscall"
	"unsafe"
)

const (
	// room is how much memory is asked for in large pages: a stack of this size
	// holds a frame of wide bytes. A command that takes less touches less.
	room = 32 << 20
	wide = room - 1<<20
)

// What a short command costs is for a good part that each page of memory is touched
// a first time, most of all on virtual machines. Linux gives pages of 2 MB to whoever
// asks for them, as most distributions set it, and the runtime does not ask.
//
// It is done while packages are initialised: libraries make ready then what fills
// the first megabytes. A package is initialised as soon as those are that it
// imports, in the order of their names; this one imports no more than system calls
// and so comes before most others.
var _ = ask()

// ask asks for large pages for what the heap takes next. The heap has to have that
// memory already, and must not have touched it. A stack is such memory, and the only
// one that the runtime takes back at once, without a collection: a goroutine is made
// to need a large one, asks, and ends. What is not touched is not in memory, before
// and after. Should the runtime or the system do otherwise one day, nothing is gained
// and nothing lost.
func ask() struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		var top byte
		advise(&top, nil)
	}()
	<-done
	return struct{}{}
}

// advise asks for large pages for the stack that it runs on, of which top is an
// address near the end. The call that is never made gives the stack its size.
//
//go:noinline
func advise(top *byte, never func() [wide]byte) {
	if never != nil {
		_ = never()
	}
	page := uintptr(syscall.Getpagesize())
	start := uintptr(unsafe.Pointer(top))&^(page-1) + page - room
	_, _, _ = syscall.RawSyscall(syscall.SYS_MADVISE, start, room, syscall.MADV_HUGEPAGE)
}
