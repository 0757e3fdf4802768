package client

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/transfer"
)

func (p *program) pullCommand() *cobra.Command {
	var (
		output string
		limit  rateFlag
	)
	cmd := &cobra.Command{
		Use:   "pull ID",
		Short: "Fetch a backup into a file",
		Long: `Fetch a backup into a file that only you can read, and print its id, name, size
and checksum, how many seconds it took and how many MB a second that were.

Bytes go to FILE.part, which gets its name when its SHA-256 is that of the
backup. A download that broke off goes on where it was when the same command
is given again. Without -o the file is called as the backup is, and must not
exist; one that -o names is replaced.

With -o - the bytes go to standard output as they come: whoever reads them
must wait for lox to end with 0.`,
		Example: `  lox pull bkp_01hk240nm0et682tt61vxwr34z
  lox pull bkp_01hk240nm0et682tt61vxwr34z -o backup.tar.gz
  lox pull bkp_01hk240nm0et682tt61vxwr34z -o - --quiet > backup.tar.gz`,
		Args: args(1, 1),
		RunE: p.run(func(ctx context.Context, s *session, args []string) error {
			if err := kindBackup.check(args[0]); err != nil {
				return err
			}
			return s.pull(ctx, args[0], output, transfer.PullOptions{Options: transfer.Options{BytesPerSecond: limit.bytes}})
		}),
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "the file to write, - for standard output (default the backup's name)")
	limit.add(cmd)
	jsonFlag(cmd, "the backup")
	cmd.ValidArgsFunction = p.completeIDs(1, kindBackup)
	return cmd
}

func (s *session) pull(ctx context.Context, id, output string, o transfer.PullOptions) error {
	target, err := s.pullTarget(ctx, id, output)
	if err != nil {
		return err
	}
	client, err := s.transferAPI()
	if err != nil {
		return err
	}
	began := time.Now()
	view := s.view(&o.Options)
	b, err := transfer.Pull(ctx, client, id, target, o)
	view.end()
	switch {
	case errors.Is(err, transfer.ErrNotFound):
		return kindBackup.none(id)
	case errors.Is(err, fs.ErrExist):
		return usagef("%w: name another file with -o", err)
	case err != nil:
		return s.transferError(err)
	case s.asJSON:
		return s.printJSON(b.Raw)
	case s.quiet:
		return nil
	}
	if line := transferred(b, time.Since(began)); output != "-" {
		return s.print(line)
	} else if _, err := io.WriteString(s.cmd.ErrOrStderr(), line); err != nil {
		return err
	}
	return nil
}

// pullTarget is where a backup is to be written.
func (s *session) pullTarget(ctx context.Context, id, output string) (transfer.Target, error) {
	switch {
	case output == "-" && s.asJSON:
		return nil, usagef("-o - and --json exclude each other: both write to standard output")
	case output == "-":
		if _, ok := terminal(s.out); ok {
			return nil, usagef("-o - writes the bytes of the backup, which are not for a terminal")
		}
		return transfer.ToWriter(s.out), nil
	case output != "":
		return transfer.ToFile(output, true), nil
	}
	b, _, err := read[api.Backup](s.api.GetBackup(ctx, id))
	if err != nil {
		return nil, kindBackup.missing(id, err)
	}
	// Who stored it chose the name: it must not lead out of this directory, nor be a file that
	// a shell reads.
	if b.Name != filepath.Base(b.Name) || strings.HasPrefix(b.Name, ".") {
		return nil, usagef("the backup is called %q, which is no name for a file here: name one with -o", display.Visible(b.Name))
	}
	return transfer.ToFile(b.Name, false), nil
}
