// Package codesearch is the search in source code: an index of trigrams over the
// files of repositories, in static files, and a reader that answers literal and
// regular-expression queries from it with few of them.
//
// All files of an index lie below one directory, and but for the root each is
// named by the digest of its content, so that a file never changes:
//
//	code.HEX.json     the root: counts, languages, and where the tables are
//	code/s/HEX.bin    a shard of postings
//	code/p/HEX.bin    the postings of one frequent term
//	code/f/HEX.bin    a fragment: the contents of files of one repository
//	code/r/HEX.bin    a block of repositories, as JSON
//	code/l/HEX.bin    the files of a repository that were left out, as JSON
//	code/t/HEX.bin    a group of a table
//
// The .bin files are raw deflate streams (RFC 1951), so that a query loads the
// same whatever a host compresses. Numbers (u) are unsigned varints of base 128.
//
// Files are numbered from 0, repository by repository and within one by path. A
// term is a number: a kind in the highest byte and in the others three bytes of
// text, folded (see fold), that stand together in one line of a content (kind
// 0), in a path (1) or in a repository's name (2), or the number of a language
// (3). Terms are ordered by mix, which spreads them. A shard has, for each of its
// terms:
//
//	u  mix of the term, less that of the one before (0 for the first)
//	u  4·n + form, n being how many files have it
//	   form 0: n × u   each file's number, less the one before (0 for the first)
//	   form 1: 12 bytes, the name of a file of postings that holds these
//	   form 2: nothing: so many files have it that it tells nothing
//
// A fragment has u how many files, then for each u length of its path, the path, u
// its language, u length of its content; then the contents. A table leads from a
// number to a file: a group has entries of 4 bytes (big endian) of the least number,
// 12 bytes of name and u of one number more, which for fragments is the
// repository. The root has the least number of each group and its name.
package codesearch

// Version is that of the layout. A reader refuses any other.
const Version = 1

// Sizes of the parts of an index. They weigh the bytes of a query against the
// number of files: a query reads a few shards and a few fragments.
const (
	shardBytes    = 6 << 10  // of postings, before they are packed
	alonePostings = 2 << 10  // bytes of postings above which a term has a file of its own
	fragmentBytes = 16 << 10 // of content, before it is packed
	groupEntries  = 64       // of a table
	repoBlock     = 32       // repositories
	commonShare   = 2        // a term that more than one in so many files has is common
	commonLeast   = 64       // among fewer files no term is common
)
