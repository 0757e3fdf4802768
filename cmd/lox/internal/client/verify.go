package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/transfer"
	"github.com/backlox/lox/transfer/codec"
)

func (p *program) verifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify FILE ID|NAME",
		Short: "Compare a file with a backup",
		Long: `Compare a file with a backup, which is named by its id or is the newest
completed one of a name: whether they have the same size and the same SHA-256.
The backup isn't fetched: LOX has its checksum, and has compared the stored
bytes with it.

It ends with 0 if they are equal, with 7 if not, and with 3 if there is no such
backup. If LOX encrypted or compressed the backup, the file is compared with
the stored bytes, as "lox pull --raw" fetches them.`,
		Example: `  lox verify backup.tar.gz bkp_01hk240nm0et682tt61vxwr34z
  lox verify app.dump app-nightly --quiet && rm app.dump
  lox verify backup.tar.gz app-nightly --json | jq .equal`,
		Args: args(2, 2),
		RunE: p.run(func(ctx context.Context, s *session, args []string) error {
			if err := checkNamed(args[1]); err != nil {
				return err
			}
			return s.verify(ctx, args[0], args[1])
		}),
	}
	cmd.Flags().Bool("json", false, "print what was compared")
	cmd.ValidArgsFunction = p.completeBackups(1)
	return cmd
}

// comparison is what lox verify --json prints.
type comparison struct {
	Equal bool   `json:"equal"`
	File  string `json:"file"`
	// Checksum is left out if the sizes differ.
	SizeBytes int64  `json:"size_bytes"`
	Checksum  string `json:"checksum,omitempty"`

	Backup comparedBackup `json:"backup"`
}

type comparedBackup struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	SizeBytes int64  `json:"size_bytes"`
	Checksum  string `json:"checksum"`
}

func (s *session) verify(ctx context.Context, path, named string) error {
	f, err := openRegular(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read from
	b, err := s.named(ctx, named)
	if err != nil {
		return err
	}
	if b.Status != api.BackupStatusCompleted {
		return fmt.Errorf("backup %s is %s: only a completed one has a checksum to compare with", b.ID, display.Visible(string(b.Status)))
	}
	c := comparison{File: path, Backup: comparedBackup{b.ID, b.Name, b.SizeBytes, b.Checksum}}
	if err := s.compare(ctx, f, &c); err != nil {
		return err
	}
	if s.asJSON {
		text, err := json.Marshal(c)
		if err == nil {
			err = s.printJSON(text)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case !c.Equal:
		return &failure{exitMismatch, errors.New(differenceText(c, b))}
	case s.asJSON || s.quiet:
		return nil
	}
	return s.print(fmt.Sprintf("%s equals %s  %s  %s  %s\n", display.Visible(path), b.ID, display.Visible(b.Name), display.Size(b.SizeBytes), b.Checksum))
}

// compare sets the size, the checksum and the result of a comparison. It reads the file only if the sizes are equal.
func (s *session) compare(ctx context.Context, f *os.File, c *comparison) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if c.SizeBytes = info.Size(); c.SizeBytes != c.Backup.SizeBytes {
		return nil
	}
	var o transfer.Options
	view := s.view(&o)
	c.Checksum, err = transfer.Checksum(ctx, f, o.Progress)
	view.end()
	if err != nil {
		return s.transferError(err)
	}
	c.Equal = c.Checksum == c.Backup.Checksum
	return nil
}

func differenceText(c comparison, b api.Backup) string {
	text := fmt.Sprintf("%s differs from backup %s: it has ", display.Visible(c.File), b.ID)
	if c.SizeBytes != b.SizeBytes {
		text += fmt.Sprintf("%d bytes, and the backup %d", c.SizeBytes, b.SizeBytes)
	} else {
		text += fmt.Sprintf("%s, and the backup %s", c.Checksum, b.Checksum)
	}
	if e, err := codec.FromMetadata(b.Metadata); err != nil || e.Encryption != "" || e.Compression != "" {
		text += ".\nThe backup is encrypted or compressed: compare what \"lox pull --raw\" fetches"
	}
	return text
}
