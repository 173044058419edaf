// Package hugepages has the first memory of the heap come in large pages, where the
// system gives them to those that ask. The program imports it for that alone.
package hugepages
