package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"callboard/internal/build"
	"callboard/internal/diag"
	"callboard/internal/markdown"
	"callboard/internal/pymarkdown"
)

func (a *app) docsRenderCommand() *cobra.Command {
	var config, page string
	var lines bool
	c := &cobra.Command{
		Use:   "render",
		Short: "Render a page of Markdown to HTML",
		Long: `Read Markdown from standard input and write the HTML of its article to standard
output, as docs build would with the configuration: sanitised, and with links as
they are written.

With --jsonl, many texts are rendered, each with extensions of its own: one JSON
object a line is read,

  {"id": "…", "markdown": "…", "tab_length": 4,
   "extensions": [{"name": "toc", "options": {"permalink": true}}]}

and one is written for each, in order: {"id": "…", "html": "…"}. The HTML is then
that of Python-Markdown with exactly these extensions, before anything is added
and before it is sanitised: it is for comparing, not for showing. An option that
is a Python object is {"$py": "module.name"}.`,
		Example: `  callboard docs render --config mkdocs.yml < docs/index.md`,
		Args:    atMost(0),
		RunE: func(c *cobra.Command, _ []string) error {
			if lines {
				return a.renderLines(c.Context())
			}
			return a.renderPage(c.Context(), config, page)
		},
	}
	c.Flags().StringVarP(&config, "config", "f", "", "the mkdocs.yml whose extensions are used (default those of TechDocs)")
	c.Flags().StringVar(&page, "page", "index.md", "the page's path below docs_dir, for what is relative to it")
	c.Flags().BoolVar(&lines, "jsonl", false, "one JSON object a line, in and out")
	if err := c.MarkFlagFilename("config", "yaml", "yml"); err != nil {
		panic(err) // the flag has just been defined
	}
	return c
}

// maxLine is how many bytes a line of --jsonl may have.
const maxLine = 64 << 20

func (a *app) renderPage(ctx context.Context, config, page string) error {
	text, err := io.ReadAll(io.LimitReader(a.Stdin, markdown.MaxBytes+1))
	if err != nil {
		return fmt.Errorf("read the page: %w", err)
	}
	dir, name := a.Dir, ""
	if config != "" {
		dir, name = filepath.Dir(a.path(config)), filepath.Base(config)
	}
	j := docsJob{app: a, dir: dir}
	body, ds, err := build.DocsPage(ctx, build.DocsOptions{Dir: dir, Config: name, Bare: config == "", Started: a.Now(), Version: version()}, page, text)
	if err != nil {
		return err
	}
	if err := j.tell(diag.Sort(ds)); err != nil {
		return err
	}
	_, err = io.WriteString(a.Stdout, body.String()+"\n")
	return err
}

// renderRequest and renderResponse are the lines of --jsonl.
type renderRequest struct {
	ID         string                 `json:"id"`
	Markdown   string                 `json:"markdown"`
	Extensions []pymarkdown.Extension `json:"extensions"`
	TabLength  int                    `json:"tab_length"`
}

type renderResponse struct {
	ID   string `json:"id"`
	HTML string `json:"html"`
}

// renderLines renders one line after another. Dialects are kept: most lines have
// the extensions of others.
func (a *app) renderLines(ctx context.Context) error {
	in := bufio.NewScanner(a.Stdin)
	in.Buffer(make([]byte, 0, 64<<10), maxLine)
	out := bufio.NewWriter(a.Stdout)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	dialects := map[string]*markdown.Dialect{}
	for n := 1; in.Scan(); n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(bytes.TrimSpace(in.Bytes())) == 0 {
			continue
		}
		var q renderRequest
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			return errors.Join(fmt.Errorf("line %d is no request: %w", n, err), out.Flush())
		}
		if err := enc.Encode(renderResponse{q.ID, a.dialect(dialects, q).Convert(q.Markdown)}); err != nil {
			return err
		}
		if err := out.Flush(); err != nil { // whoever asks may wait for the answer
			return err
		}
	}
	return in.Err()
}

// dialect is the one that a request asks for. What is wrong with its extensions
// is said once.
func (a *app) dialect(known map[string]*markdown.Dialect, q renderRequest) *markdown.Dialect {
	named, err := json.Marshal(q.Extensions)
	key := fmt.Sprint(q.TabLength, string(named), err)
	d, ok := known[key]
	if !ok {
		var problems []pymarkdown.Problem
		d, problems = markdown.NewDialect(q.Extensions, q.TabLength)
		known[key] = d
		for _, p := range problems {
			a.talk("%s: the extension %q is left out: %s", printable(q.ID), p.Extension, printable(whyNot(p)))
		}
	}
	return d
}

func whyNot(p pymarkdown.Problem) string {
	if p.Err == nil {
		return "it is not known"
	}
	return p.Err.Error()
}
