package github

import (
	"context"
	"fmt"
	"iter"

	"callboard/internal/source"
)

// ReadMany reads files of several repositories, in the order asked for. GraphQL
// hands contents out as text: what is binary, cut, in another encoding than
// UTF-8 or too large does not arrive as it is stored, which its hash tells, and
// has an error of kind Unsupported.
func (h *Host) ReadMany(ctx context.Context, files []source.FileOf) iter.Seq2[source.Contents, error] {
	return func(yield func(source.Contents, error) bool) {
		for len(files) > 0 {
			n := portion(files)
			cs, err := h.contents(ctx, files[:n])
			if err != nil {
				yield(source.Contents{}, err)
				return
			}
			for _, c := range cs {
				if !yield(c, nil) {
					return
				}
			}
			files = files[n:]
		}
	}
}

// portion is how many of the files go into one request.
func portion(files []source.FileOf) (n int) {
	var size int64
	for ; n < len(files) && n < filesPerQuery; n++ {
		if askable(files[n].File) {
			size += files[n].File.Size
		}
		if n > 0 && size > bytesPerQuery {
			break
		}
	}
	return n
}

func askable(f source.Entry) bool {
	return f.Kind == source.RegularFile && f.Size <= fileLimit && isHash(f.Blob)
}

func fileWhat(f source.FileOf) string { return "read files of " + clip(f.Repo.Name, 200) }

func (h *Host) contents(ctx context.Context, files []source.FileOf) ([]source.Contents, error) {
	out := make([]source.Contents, len(files))
	var some []*source.Contents
	for i, f := range files {
		out[i].FileOf = f
		_, _, ok := split(f.Repo.Name)
		switch {
		case h.noGraphQL.Load():
			out[i].Err = h.unsupported(fileWhat(f), "the host has no GraphQL")
		case !ok:
			out[i].Err = h.noName(fileWhat(f))
		case !askable(f.File):
			out[i].Err = h.unsupported(fileWhat(f), "the file is large or no regular one")
		default:
			some = append(some, &out[i])
		}
	}
	return out, h.texts(ctx, some)
}

// texts asks for some files, in halves where that is too much.
func (h *Host) texts(ctx context.Context, cs []*source.Contents) error {
	if len(cs) == 0 {
		return nil
	}
	err := h.askTexts(ctx, cs)
	switch {
	case err == nil:
		return nil
	case !h.offers(err), smaller(err) && len(cs) == 1:
		for _, c := range cs {
			c.Err = h.unsupported(fileWhat(c.FileOf), "the host does not manage it by GraphQL")
		}
		return nil
	case !smaller(err):
		return err
	}
	if err := h.texts(ctx, cs[:len(cs)/2]); err != nil {
		return err
	}
	return h.texts(ctx, cs[len(cs)/2:])
}

type text struct {
	Text        *string `json:"text"`
	IsBinary    *bool   `json:"isBinary"`
	IsTruncated bool    `json:"isTruncated"`
}

const textFragment = `
fragment b on Blob { text isBinary isTruncated }`

func textsQuery(cs []*source.Contents) *batch {
	b := &batch{fragments: textFragment}
	for i := 0; i < len(cs); {
		repo := cs[i].Repo.Name
		owner, name, _ := split(repo)
		b.add("r%d:repository(owner:%s,name:%s){", i, b.variable("String!", owner), b.variable("String!", name))
		for ; i < len(cs) && cs[i].Repo.Name == repo; i++ {
			b.add("b%d:object(oid:%q){...b}\n", i, cs[i].File.Blob) // askable, so a hash
		}
		b.add("}\n")
	}
	return b
}

func (h *Host) askTexts(ctx context.Context, cs []*source.Contents) error {
	var a map[string]map[string]*text
	by, err := h.batch(ctx, fmt.Sprintf("read %d files", len(cs)), textsQuery(cs), &a)
	if err != nil {
		return err
	}
	var alias string
	for i, c := range cs {
		if i == 0 || cs[i-1].Repo.Name != c.Repo.Name {
			alias = fmt.Sprintf("r%d", i)
		}
		if of := a[alias]; of != nil {
			c.Data, c.Err = h.content(c.FileOf, of[fmt.Sprintf("b%d", i)])
		} else {
			c.Err = h.absent(by[alias], fileWhat(c.FileOf))
		}
	}
	return nil
}

// content is what a text is, if it is what is stored.
func (h *Host) content(f source.FileOf, t *text) ([]byte, error) {
	switch {
	case t == nil:
		return nil, h.gone(fileWhat(f), "no such file")
	case t.IsTruncated || t.IsBinary != nil && *t.IsBinary:
		return nil, h.unsupported(fileWhat(f), "the file is binary or cut")
	}
	b := []byte{}
	if t.Text != nil {
		b = []byte(*t.Text)
	}
	if !isBlob(b, f.File.Blob) {
		return nil, h.unsupported(fileWhat(f), "the text is not what is stored")
	}
	return b, nil
}
