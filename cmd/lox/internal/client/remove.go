package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
)

func (p *program) removeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rm ID...",
		Short: "Delete backups, for good",
		Long: `Delete backups, for good. At a terminal it shows what would be deleted and
asks; elsewhere it needs --yes. If one of several can't be deleted, the others
are.`,
		Example: `  lox rm bkp_01hk240nm0et682tt61vxwr34z
  lox ls --status failed --all --json | jq -r .id | xargs -r lox rm --yes`,
		Args: args(1, 0),
		RunE: p.run(func(ctx context.Context, s *session, ids []string) error {
			return s.destroy(ctx, destruction{
				kind: kindBackup, ids: ids, verb: "Delete", done: "Deleted", about: s.aboutBackup,
				do: func(id string) (*http.Response, error) { return s.api.DeleteBackup(ctx, id) },
			})
		}),
	}
	yesFlag(cmd)
	jsonFlag(cmd, "what was deleted, each on a line of its own")
	cmd.ValidArgsFunction = p.completeIDs(0, kindBackup)
	return cmd
}

func yesFlag(cmd *cobra.Command) { cmd.Flags().Bool("yes", false, "don't ask") }

func (s *session) aboutBackup(ctx context.Context, id string) (string, error) {
	b, _, err := read[api.Backup](s.api.GetBackup(ctx, id))
	if err != nil {
		return "", err
	}
	size := display.Size(b.SizeBytes)
	if b.Status != api.BackupStatusCompleted {
		size = display.Visible(string(b.Status))
	}
	return fmt.Sprintf("%s  %s\n    %s, created %s, %s", b.ID, display.Visible(b.Name), size, minute(b.CreatedAt), ago(b.CreatedAt, s.now())), nil
}

// destruction is a deletion or revocation of several items, which can't be undone.
type destruction struct {
	kind

	ids        []string
	verb, done string
	// about describes an item for the question whether to go on.
	about func(ctx context.Context, id string) (string, error)
	do    func(id string) (*http.Response, error)
}

// destroy asks for confirmation unless --yes is given, and then deletes or revokes one item after the other. It goes on
// after an error.
func (s *session) destroy(ctx context.Context, d destruction) error {
	if err := d.checkAll(d.ids); err != nil {
		return err
	}
	if yes, _ := s.cmd.Flags().GetBool("yes"); !yes {
		if err := s.confirm(ctx, d); err != nil {
			return err
		}
	}
	var all []error
	for _, id := range d.ids {
		_, raw, err := read[json.RawMessage](d.do(id))
		switch {
		case errors.Is(err, errInterrupted):
			return errors.Join(append(all, err)...)
		case err != nil:
			if err = d.missing(id, err); len(d.ids) > 1 && !strings.Contains(err.Error(), id) {
				err = fmt.Errorf("%s: %w", id, err)
			}
			all = append(all, err)
			continue
		case s.asJSON:
			err = s.printJSON(raw)
		case !s.quiet:
			err = s.print(d.done + " " + id + "\n")
		}
		if err != nil {
			return err
		}
	}
	return joinFailures(all)
}

// joinFailures joins errors. The exit code is the one that all of them have, else exitFailed.
func joinFailures(all []error) error {
	if len(all) == 0 {
		return nil
	}
	exit := ExitCode(all[0])
	for _, err := range all {
		if ExitCode(err) != exit {
			exit = exitFailed
		}
	}
	return &failure{exit, errors.Join(all...)}
}

// confirm asks whether to go on, and returns an error if the answer is no.
func (s *session) confirm(ctx context.Context, d destruction) error {
	out := s.cmd.ErrOrStderr()
	if _, ok := terminal(s.cmd.InOrStdin()); !ok {
		return usagef("%s can only ask at a terminal: elsewhere it needs --yes", s.cmd.CommandPath())
	}
	for _, id := range d.ids {
		about, err := d.about(ctx, id)
		if err != nil {
			return d.missing(id, err)
		}
		_, _ = fmt.Fprintln(out, "  "+about)
	}
	what := "this " + d.name
	if len(d.ids) > 1 {
		what = fmt.Sprintf("these %d %s", len(d.ids), d.plural)
	}
	answer, err := ask(ctx, s.cmd.InOrStdin(), out, fmt.Sprintf("%s %s, for good? [y/N] ", d.verb, what))
	if err != nil {
		return err
	}
	if answer := strings.ToLower(answer); answer != "y" && answer != "yes" {
		return errors.New("nothing was done")
	}
	return nil
}
