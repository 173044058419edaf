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
// One changed file changes few of them: nothing is numbered or cut off by what
// comes before it. Neighbouring files of one repository make a page, which begins
// at a path whose hash says so (see pageBegins). A page's number is that of the
// hash of its first path, or the next that is free; a file's number is 32 times
// that, and its place in the page. Repositories lie in the
// block, terms in the shard, that their hash names.
//
// A term is three bytes of text, folded (see fold), that stand together in one line
// of a content, in a path or in a repository's name, or it is a language; or four
// bytes of a content, if the first three are frequent in code (see frequent), since
// those alone tell too little. Its key is a number of 32 bits (see mix and four). A
// shard has, for each of its terms in order of their keys:
//
//	u  key of the term, less that of the one before (0 for the first)
//	u  4·n + form, n being how many files have it
//	   form 0: n × u   each file's number, less the one before (0 for the first)
//	   form 1: 12 bytes, the name of a file of postings that holds these
//	   form 2: nothing: so many files have it that it tells nothing
//
// A fragment has u length of the name of its repository and the name, u how many
// files, which have numbers one after the other, then for each u length of its path,
// the path, u its language, u length of its content; then the contents.
//
// A table leads from a number to a file: to the last of whose numbers it is not less
// than the first. Its group for numbers n has n >> bits as its place in the root's
// names (12 bytes each, in base64; zeros if there is none), and for each file u its
// first number, less the one before (0 for the first), and 12 bytes of name. The
// blocks of repositories stand in the root in the same way.
package codesearch

// Version is that of the layout. A reader refuses any other.
const Version = 2

// Sizes of the parts of an index. They weigh the bytes of a query against the
// number of files: a query reads a few shards and a few fragments.
const (
	shardPostings = 2500      // at most, on average
	alonePostings = 2 << 10   // bytes of postings above which a term has a file of its own
	fragmentBytes = 16 << 10  // of content, before it is packed
	pageFiles     = 16        // on average
	pageBytes     = 256 << 10 // of content that begin a page
	pageSize      = 32        // files, at most
	pageShare     = 2         // pages there are room for, for each that there is
	groupEntries  = 64        // of a table, at most, on average
	repoBlock     = 16        // repositories, at most, on average
	commonShare   = 2         // a term that more than one in so many files has is common
	commonLeast   = 64        // among fewer files no term is common
)
