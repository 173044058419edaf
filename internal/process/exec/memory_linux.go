package exec

import (
	"os"
	"strconv"
	"strings"
)

// residentOf is how many bytes the processes of a group have resident together,
// as /proc tells. What has moved to another group is not counted.
func residentOf(group int) int64 {
	dir, err := os.Open("/proc")
	if err != nil {
		return 0
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return 0
	}
	var pages int64
	for _, n := range names {
		if n[0] < '1' || n[0] > '9' {
			continue
		}
		if b, err := os.ReadFile("/proc/" + n + "/stat"); err == nil {
			pages += pagesOf(string(b), strconv.Itoa(group))
		}
	}
	return pages * int64(os.Getpagesize())
}

// pagesOf is the number of resident pages in a line of /proc/PID/stat
// (proc_pid_stat(5)) if its process is of the group. The name of the program
// stands in brackets and may hold anything.
func pagesOf(stat, group string) int64 {
	f := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	const pgrp, rss = 5 - 3, 24 - 3 // the first field after the name is the third
	if len(f) <= rss || f[pgrp] != group {
		return 0
	}
	n, err := strconv.ParseInt(f[rss], 10, 64)
	if err != nil {
		return 0
	}
	return n
}
