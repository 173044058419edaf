package cli

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commands are all commands, in the order of the help.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.buildCommand(),
		a.crawlCommand(),
		a.serveCommand(),
		a.publishCommand(),
		a.rollbackCommand(),
		a.doctorCommand(),
		a.auditCommand(),
		a.proxyCommand(),
		a.docsCommand(),
		a.lintCommand(),
		a.diffCommand(),
		a.previewCommand(),
		a.initCommand(),
		a.importCommand(),
		a.catalogCommand(),
		a.searchCommand(),
		a.explainCommand(),
		a.schemaCommand(),
		a.lspCommand(),
		a.mcpCommand(),
		a.configCommand(),
		a.actionCommand(),
		a.versionCommand(),
	}
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "callboard",
		Short: "A static portal of an organisation's software",
		Long: `callboard reads the catalog files (catalog-info.yaml), documentation
(mkdocs.yml) and API definitions of your repositories and writes a portal of
plain files: who owns what, what depends on what, and how it works.

Exit codes: 0 ok, 1 findings, 2 wrong usage, 3 failure or interruption.`,
		Example: `  callboard serve              # the demo, in a browser, live
  callboard build .            # a portal of this repository in ./public
  callboard lint               # what is wrong with the catalog files here`,
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
		PersistentPreRunE:          func(*cobra.Command, []string) error { return a.flags.check() },
	}
	root.SetFlagErrorFunc(flagError)
	a.globalFlags(root)
	root.AddCommand(a.commands()...)
	a.markRunning(root)
	return root
}

// markRunning notes when a command begins, after everything about the command
// line has been checked.
func (a *app) markRunning(c *cobra.Command) {
	if run := c.RunE; run != nil {
		c.RunE = func(c *cobra.Command, args []string) error {
			a.running = true
			return run(c, args)
		}
	}
	for _, sub := range c.Commands() {
		a.markRunning(sub)
	}
}

// flagNames are the long names of the flags that a command takes.
func flagNames(c *cobra.Command) []string {
	var names []string
	add := func(f *pflag.Flag) { names = append(names, f.Name) }
	c.LocalFlags().VisitAll(add)
	c.InheritedFlags().VisitAll(add)
	return names
}

// atMost checks the number of arguments and says what they are.
func atMost(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) > n {
			return &usageError{"unexpected argument " + quote(args[n]), "usage: " + c.UseLine()}
		}
		return nil
	}
}

func exactly(n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) < n {
			return &usageError{c.Name() + " needs an argument", "usage: " + c.UseLine()}
		}
		return atMost(n)(c, args)
	}
}
