// Package client implements the client commands of lox: they manage backups, API keys and
// webhooks through the API alone.
package client

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	api "github.com/backlox/lox/gen/client"
)

// GroupID is the group of the client's commands in the help of lox.
const GroupID = "client"

// Options are the values that the main program passes to the client.
type Options struct {
	// Version is the version of lox, for the User-Agent header.
	Version string
	// Embedded returns the address (host:port) and the data directory of a server that has the
	// same configuration as this process.
	Embedded func() (addr, dataDir string)
	// CheckEnvironment fails if the name of a LOX_ variable is misspelt.
	CheckEnvironment func() error
}

// program is what all commands have in common. Tests replace the functions.
type program struct {
	Options

	getenv    func(string) string
	configDir func() (string, error)
	cacheDir  func() (string, error)
	now       func() time.Time
	// pause waits, and fails if ctx ends first.
	pause func(ctx context.Context, d time.Duration) error
	// ticks says when to print the progress of a transfer without a terminal.
	ticks func(every time.Duration) (ticks <-chan time.Time, stop func())
	// width returns the number of columns of a terminal, 0 if w is none.
	width func(w io.Writer) int
	// timeout bounds each attempt at a request.
	timeout time.Duration
}

// Commands returns the commands of the client, for the root command.
func Commands(o Options) []*cobra.Command {
	p := &program{Options: o, getenv: os.Getenv, configDir: os.UserConfigDir, cacheDir: os.UserCacheDir, now: time.Now, pause: pause, ticks: ticks, width: width, timeout: requestTimeout}
	return p.commands()
}

func (p *program) commands() []*cobra.Command {
	all := []*cobra.Command{
		p.loginCommand(), p.pushCommand(), p.pullCommand(), p.verifyCommand(), p.listCommand(), p.showCommand(), p.removeCommand(), p.statusCommand(), p.eventsCommand(),
		p.keysCommand(), p.webhooksCommand(),
	}
	for _, cmd := range all {
		addCommonFlags(cmd)
		cmd.GroupID = GroupID
	}
	return slices.Concat(all, []*cobra.Command{exitCodesTopic(), manCommand(p.Version)})
}

// addCommonFlags adds the flags of all client commands to a command and its subcommands, and makes its errors about
// flags and arguments usage errors.
func addCommonFlags(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return UsageError(err) })
	if args := cmd.Args; args != nil {
		cmd.Args = func(cmd *cobra.Command, given []string) error { return UsageError(args(cmd, given)) }
	}
	if len(cmd.Commands()) == 0 {
		cmd.Flags().String("url", "", "the server's URL (LOX_URL)")
		cmd.Flags().BoolP("quiet", "q", false, "print no more than what was asked for and errors")
		wrapUsages(cmd.Flags())
	}
	for _, sub := range cmd.Commands() {
		addCommonFlags(sub)
	}
}

// group makes cmd a command that has only subcommands.
func group(cmd *cobra.Command, subcommands ...*cobra.Command) *cobra.Command {
	// Without these two, a misspelt command would print the help and succeed.
	cmd.Args = cobra.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(subcommands...)
	return cmd
}

// args checks the number of arguments: at least least and at most most, or any number if most is 0.
func args(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		if len(given) < least || most > 0 && len(given) > most {
			return fmt.Errorf("want: %s", cmd.UseLine())
		}
		return nil
	}
}

// session is one run of a command on one server.
type session struct {
	*program
	cmd *cobra.Command
	api *api.Client
	via *doer
	out io.Writer
	// asJSON makes a command write one JSON object per line to out, and nothing else.
	asJSON    bool
	quiet     bool
	lineWidth int // columns of the terminal that out is, 0 without a terminal
}

// run returns a RunE that opens a session with the configured server and calls work.
func (p *program) run(work func(ctx context.Context, s *session, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		s, err := p.open(cmd)
		if err != nil {
			return err
		}
		return work(cmd.Context(), s, args)
	}
}

func (p *program) open(cmd *cobra.Command) (*session, error) {
	if err := p.CheckEnvironment(); err != nil {
		return nil, UsageError(err)
	}
	flag, _ := cmd.Flags().GetString("url")
	to, err := p.target(flag)
	if err != nil {
		return nil, err
	}
	return p.session(cmd, to)
}

func (p *program) session(cmd *cobra.Command, to target) (*session, error) {
	s := &session{program: p, cmd: cmd, out: cmd.OutOrStdout(), lineWidth: p.width(cmd.OutOrStdout())}
	s.quiet, _ = cmd.Flags().GetBool("quiet")
	s.asJSON, _ = cmd.Flags().GetBool("json") // not all commands have it
	s.via = newDoer(p, to)
	s.via.notef = s.notef
	var err error
	s.api, err = api.NewClient(to.url, api.WithHTTPClient(s.via))
	return s, err
}

// notef prints a note to standard error, unless the command is quiet.
func (s *session) notef(format string, args ...any) {
	if !s.quiet {
		_, _ = fmt.Fprintf(s.cmd.ErrOrStderr(), format+"\n", args...)
	}
}

// print writes the result of a command to standard output.
func (s *session) print(text string) error {
	_, err := io.WriteString(s.out, text)
	return err
}

// printJSON writes objects as the server sent them, one per line.
func (s *session) printJSON(objects ...json.RawMessage) error {
	lines := json.NewEncoder(s.out)
	lines.SetEscapeHTML(false)
	for _, o := range objects {
		if err := lines.Encode(o); err != nil {
			return err
		}
	}
	return nil
}

// jsonFlag adds --json. what describes the printed objects in the help.
func jsonFlag(cmd *cobra.Command, what string) {
	cmd.Flags().Bool("json", false, "print "+what+", as the API has it")
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return errInterrupted
	}
}

// terminal returns the file descriptor of a stream if it is a terminal.
func terminal(stream any) (fd int, ok bool) {
	f, isFile := stream.(*os.File)
	if !isFile || !isatty.IsTerminal(f.Fd()) {
		return 0, false
	}
	return int(f.Fd()), true
}

func width(w io.Writer) int {
	fd, ok := terminal(w)
	if !ok {
		return 0
	}
	columns, _, err := term.GetSize(fd)
	if err != nil {
		return 0
	}
	return columns
}
