package client

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	"github.com/backlox/lox/transfer"
)

func (p *program) pushCommand() *cobra.Command {
	var (
		name, contentType string
		metadata          []string
		limit             rateFlag
	)
	cmd := &cobra.Command{
		Use:   "push FILE",
		Short: "Store a file as a backup",
		Long: `Store a file of up to 5 GiB as a backup, and print its id, name, size and
checksum, how many seconds it took and how many MB a second that were. With
--quiet the id alone is printed.

The file is read twice: first for its SHA-256, which LOX compares with that of
what it stores. If the file changes meanwhile, nothing is stored. An upload
that breaks off begins again by itself, and so does one that was interrupted
when the same command is given again.`,
		Example: `  lox push backup.tar.gz
  lox push /var/backups/app.dump --name app-nightly --metadata host=db1
  lox push backup.tar.gz --limit-rate 20MiB --json | jq -r .id`,
		Args: args(1, 1),
		RunE: p.run(func(ctx context.Context, s *session, args []string) error {
			own, err := parseMetadata(metadata)
			if err != nil {
				return err
			}
			if name == "" {
				name = filepath.Base(args[0])
			}
			return s.push(ctx, args[0], transfer.PushOptions{
				Name: name, ContentType: contentType, Metadata: own, Options: transfer.Options{BytesPerSecond: limit.bytes},
			})
		}),
	}
	cmd.Flags().StringVar(&name, "name", "", "the name of the backup (default that of the file)")
	cmd.Flags().StringArrayVar(&metadata, "metadata", nil, "a key=value to keep with it; may be repeated")
	cmd.Flags().StringVar(&contentType, "content-type", "", "its media type, such as application/gzip")
	limit.add(cmd)
	jsonFlag(cmd, "the backup")
	_ = cmd.RegisterFlagCompletionFunc("name", cobra.NoFileCompletions)
	_ = cmd.RegisterFlagCompletionFunc("metadata", cobra.NoFileCompletions)
	_ = cmd.RegisterFlagCompletionFunc("content-type", cobra.NoFileCompletions)
	return cmd
}

// parseMetadata reads what --metadata was given, each key=value.
func parseMetadata(given []string) (map[string]string, error) {
	all := make(map[string]string, len(given))
	for _, text := range given {
		key, value, ok := strings.Cut(text, "=")
		if _, twice := all[key]; !ok || key == "" || twice {
			return nil, usagef("--metadata %q: want key=value, each key once", text)
		}
		all[key] = value
	}
	return all, nil
}

func (s *session) push(ctx context.Context, path string, o transfer.PushOptions) error {
	f, err := openPlain(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // it was read
	client, err := s.transferAPI()
	if err != nil {
		return err
	}
	began := time.Now()
	view := s.view(&o.Options)
	b, err := transfer.Push(ctx, client, f, o)
	view.end()
	if err != nil {
		return s.transferError(err)
	}
	switch {
	case s.asJSON:
		return s.printJSON(b.Raw)
	case s.quiet:
		return s.print(b.ID + "\n")
	}
	return s.print(transferred(b, time.Since(began)))
}

// transferred is the line that a transfer ends with.
func transferred(b transfer.Backup, took time.Duration) string {
	return fmt.Sprintf("%s  %s  %s  %s  %.1f s  %.1f MB/s\n", b.ID, display.Visible(b.Name), display.Size(b.SizeBytes), b.Checksum, took.Seconds(),
		float64(b.SizeBytes)/1e6/max(took.Seconds(), 1e-3))
}
