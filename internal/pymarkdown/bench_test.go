package pymarkdown_test

import (
	"strings"
	"testing"

	"callboard/internal/pymarkdown"
)

// page is a usual page of documentation.
const page = `# Payments

The **payments** service settles *intents*; see [the API](api.md) and ` + "`POST /v1/payments`" + `.

## Set up

1. Install the client:

        go get example.com/pay

2. Configure it, as [written below](#configure "Configure").
    - one
    - two with a [reference][ref]

> A quote of some length that goes
> over two lines.

### Configure

Text with an <b>element</b> &amp; an entity, snake_case_words, 2 * 3 * 4 and a
line that breaks  
here. More text follows, so that the paragraph is of a usual length, and has
nothing else in it that is markup.

* * *

[ref]: https://example.com/ref "Title"
`

func BenchmarkConvert(b *testing.B) {
	d, _ := pymarkdown.New(nil, 4, nil)
	src := strings.Repeat(page, 10)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		d.Convert(src, pymarkdown.Env{})
	}
}
