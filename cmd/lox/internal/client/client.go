// Package client is the client's half of the command lox: what its owner does with
// backups, API keys and webhooks, through the API alone.
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

// Options are what the command lox knows and the client needs.
type Options struct {
	// Version is that of lox, which requests name.
	Version string
	// Embedded says where a server that is configured as this process is listens, as
	// host:port, and which directory its data are in.
	Embedded func() (addr, dataDir string)
	// CheckEnvironment fails if a variable of LOX is misspelt.
	CheckEnvironment func() error
}

// program is what all commands have in common. The functions are other ones in tests.
type program struct {
	Options

	getenv    func(string) string
	configDir func() (string, error)
	cacheDir  func() (string, error)
	now       func() time.Time
	// pause waits, and fails if ctx ends first.
	pause func(ctx context.Context, d time.Duration) error
	// ticks are how often a transfer says how far it is where there is no terminal.
	ticks func(every time.Duration) (ticks <-chan time.Time, stop func())
	// width is how many columns of text w shows, 0 if that doesn't matter.
	width func(w io.Writer) int
	// timeout bounds each attempt at a request.
	timeout time.Duration
}

// Commands are those of the client, to be added to the root command.
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
		equip(cmd)
		cmd.GroupID = GroupID
	}
	return slices.Concat(all, []*cobra.Command{exitCodesTopic(), manCommand(p.Version)})
}

// equip gives a command and those below it what all of the client have.
func equip(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return UsageError(err) })
	if args := cmd.Args; args != nil {
		cmd.Args = func(cmd *cobra.Command, given []string) error { return UsageError(args(cmd, given)) }
	}
	if len(cmd.Commands()) == 0 {
		cmd.Flags().String("url", "", "the server's URL (LOX_URL)")
		cmd.Flags().BoolP("quiet", "q", false, "print no more than what was asked for and errors")
		breakUsages(cmd.Flags())
	}
	for _, sub := range cmd.Commands() {
		equip(sub)
	}
}

// group is a command that has only others below it.
func group(cmd *cobra.Command, below ...*cobra.Command) *cobra.Command {
	// Without these two, a misspelt command would print the help and succeed.
	cmd.Args = cobra.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(below...)
	return cmd
}

// args checks that there are as many arguments as the usage line names: at least min,
// at most max, or any number if max is 0.
func args(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, given []string) error {
		if len(given) < least || most > 0 && len(given) > most {
			return fmt.Errorf("want: %s", cmd.UseLine())
		}
		return nil
	}
}

// session is one command at work on one server.
type session struct {
	*program
	cmd *cobra.Command
	api *api.Client
	via *doer
	out io.Writer
	// asJSON has one object on each line of out.
	asJSON bool
	quiet  bool
	wide   int
}

// run does the work of a command on the server that the environment names.
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
	s := &session{program: p, cmd: cmd, out: cmd.OutOrStdout(), wide: p.width(cmd.OutOrStdout())}
	s.quiet, _ = cmd.Flags().GetBool("quiet")
	s.asJSON, _ = cmd.Flags().GetBool("json") // not all commands have it
	s.via = newDoer(p, to)
	s.via.notef = s.notef
	var err error
	s.api, err = api.NewClient(to.url, api.WithHTTPClient(s.via))
	return s, err
}

// notef tells a person something that isn't what the command is for.
func (s *session) notef(format string, args ...any) {
	if !s.quiet {
		_, _ = fmt.Fprintf(s.cmd.ErrOrStderr(), format+"\n", args...)
	}
}

// print writes what a command is for.
func (s *session) print(text string) error {
	_, err := io.WriteString(s.out, text)
	return err
}

// printJSON writes objects as the server wrote them, each on a line of its own.
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

// terminal is the descriptor of the terminal that a stream is, if it is one.
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
