package cli

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"callboard/internal/config"
	"callboard/internal/diag"
)

// flags are those that every command has.
type flags struct {
	quiet, verbose bool
	color          colorMode
	jobs           int
	cacheDir       string
	noCache        bool
}

func (a *app) globalFlags(root *cobra.Command) {
	f := root.PersistentFlags()
	a.flags.color = "auto"
	f.BoolVarP(&a.flags.quiet, "quiet", "q", false, "say nothing but errors")
	f.BoolVarP(&a.flags.verbose, "verbose", "v", false, "say more: all findings, and what each stage took")
	f.Var(&a.flags.color, "color", "colours in messages: auto, always or never; auto heeds NO_COLOR")
	f.IntVarP(&a.flags.jobs, "jobs", "j", 0, "how many things are done at once (default one per core)")
	f.StringVar(&a.flags.cacheDir, "cache-dir", "", "where results of earlier builds are kept (default $CALLBOARD_CACHE_DIR, or callboard in the user's cache directory)")
	f.BoolVar(&a.flags.noCache, "no-cache", false, "keep and use no results of earlier builds")
	complete(root, "color", colorModes...)
}

// check finds flags that make no sense, alone or together.
func (f *flags) check() error {
	switch {
	case f.jobs < 0:
		return &usageError{"--jobs must not be negative", "leave it out for one per core"}
	case f.quiet && f.verbose:
		return &usageError{"--quiet and --verbose contradict each other", ""}
	case f.noCache && f.cacheDir != "":
		return &usageError{"--no-cache and --cache-dir contradict each other", ""}
	}
	return nil
}

// complete offers words for the value of a flag to the shell.
func complete(c *cobra.Command, flag string, words ...string) {
	err := c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag has just been defined
	}
}

var colorModes = []string{"auto", "always", "never"}

// colorMode is the value of --color.
type colorMode string

// String, Set and Type make colorMode a flag.
func (m *colorMode) String() string { return string(*m) }

// Set takes one of colorModes.
func (m *colorMode) Set(s string) error { return setWord((*string)(m), s, colorModes) }

// Type is what the help calls the value.
func (m *colorMode) Type() string { return "when" }

// on tells whether colours are wanted on w.
func (m colorMode) on(w io.Writer, getenv func(string) string) bool {
	switch m {
	case "always":
		return true
	case "never":
		return false
	}
	return getenv("NO_COLOR") == "" && getenv("TERM") != "dumb" && isTerminal(w)
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// wordFlag is a flag that takes one of some words.
type wordFlag struct {
	value string
	words []string
}

// String, Set and Type make wordFlag a flag.
func (w *wordFlag) String() string { return w.value }

// Set takes one of the words.
func (w *wordFlag) Set(s string) error { return setWord(&w.value, s, w.words) }

// Type is what the help calls the value.
func (w *wordFlag) Type() string { return strings.Join(w.words, "|") }

func setWord(to *string, s string, words []string) error {
	if !slices.Contains(words, s) {
		return fmt.Errorf("it must be one of %s", strings.Join(words, ", "))
	}
	*to = s
	return nil
}

// flagError makes a mistake of usage of what is wrong with a flag, with the
// name that was probably meant.
func flagError(c *cobra.Command, err error) error {
	hint := "see " + c.CommandPath() + " --help"
	if name, ok := strings.CutPrefix(err.Error(), "unknown flag: --"); ok {
		if best := config.Nearest(name, flagNames(c)); best != "" {
			hint = "did you mean --" + best + "?"
		}
	}
	return &usageError{err.Error(), hint}
}

func paint(color bool, sgr, s string) string {
	if !color {
		return s
	}
	return "\x1b[" + sgr + "m" + s + "\x1b[0m"
}

func printable(s string) string { return diag.Printable(s) }
