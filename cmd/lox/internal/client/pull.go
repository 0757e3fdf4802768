package client

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/transfer"
	"github.com/backlox/lox/transfer/archive"
)

// pullFlags say where a backup is written, and how it is decoded.
type pullFlags struct {
	output, directory string
	identities        []string
	raw               bool
	outsideLinks      bool
	noOwners          bool
	limit             rateFlag
}

func (p *program) pullCommand() *cobra.Command {
	var flags pullFlags
	cmd := &cobra.Command{
		Use:   "pull ID|NAME",
		Short: "Fetch a backup into a file or a directory",
		Long: `Fetch a backup, by its id or the newest completed one of a name, into a file
that only you can read, and print its id, name, size and checksum, how many
seconds it took and how many MB a second that were.

The bytes are written to FILE.part, which is renamed to FILE when their SHA-256
is that of the backup. To resume an interrupted download, run the same command
again. Without -o the file is called as the backup is, and must not exist; one
that -o names is replaced.

With -C an archive (tar, .tar.gz, .tar.zst) is unpacked into a directory that
is empty or doesn't exist. It is unpacked to DIR.part, which is renamed to DIR
when the checksum is right. Nothing is written outside of it: an archive is
refused if it has devices, or paths or links that lead out or might. As root,
owners are restored, too, by number.

What LOX encrypted is decrypted with --identity or $LOX_IDENTITY_FILE: a file of
age identities, or an SSH private key without a passphrase. What LOX compressed
is decompressed. --raw does neither. A download that is unpacked, decrypted or
decompressed can't be resumed: it begins again.

With -o - the bytes are written to standard output as they arrive: don't rely
on them before lox has ended with 0.`,
		Example: `  lox pull bkp_01hk240nm0et682tt61vxwr34z
  lox pull app-nightly -o backup.tar.gz
  lox pull app-nightly -C /srv/restored
  lox pull app-nightly --identity ~/.config/lox/key.txt -o app.dump
  lox pull app-nightly -o - --quiet | zstd -d > app.dump`,
		Args: args(1, 1),
		RunE: p.run(func(ctx context.Context, s *session, args []string) error {
			if err := flags.check(s, args[0]); err != nil {
				return err
			}
			return s.pull(ctx, args[0], flags)
		}),
	}
	cmd.Flags().StringVarP(&flags.output, "output", "o", "", "the file to write, - for standard output (default the backup's name)")
	cmd.Flags().StringVarP(&flags.directory, "directory", "C", "", "unpack the backup, which is an archive, into this directory")
	cmd.Flags().StringArrayVar(&flags.identities, "identity", nil, "a file with secret keys to decrypt with; may be repeated (LOX_IDENTITY_FILE)")
	cmd.Flags().BoolVar(&flags.raw, "raw", false, "fetch the bytes as they are stored")
	cmd.Flags().BoolVar(&flags.outsideLinks, "outside-links", false, "with -C, also make links that lead out of the directory, or might")
	cmd.Flags().BoolVar(&flags.noOwners, "no-same-owner", false, "with -C, be the owner of all, also as root")
	flags.limit.add(cmd)
	jsonFlag(cmd, "the backup")
	_ = cmd.MarkFlagDirname("directory")
	cmd.ValidArgsFunction = p.completeBackups(0)
	return cmd
}

// check refuses what contradicts itself before anything is asked.
func (f *pullFlags) check(s *session, named string) error {
	switch {
	case f.output == "-" && s.asJSON:
		return usagef("-o - and --json exclude each other: both write to standard output")
	case f.output != "" && f.directory != "":
		return usagef("-o and -C exclude each other: one writes a file, the other unpacks it")
	case f.raw && f.directory != "":
		return usagef("--raw and -C exclude each other: what is unpacked isn't as it is stored")
	case f.raw && len(f.identities) > 0:
		return usagef("--raw and --identity exclude each other: what is decrypted isn't as it is stored")
	case f.directory == "" && (f.outsideLinks || f.noOwners):
		return usagef("--outside-links and --no-same-owner go with -C")
	}
	if _, ok := terminal(s.out); ok && f.output == "-" {
		return usagef("-o - writes the bytes of the backup, which are not for a terminal")
	}
	return checkNamed(named)
}

func (s *session) pull(ctx context.Context, named string, flags pullFlags) error {
	b, err := s.named(ctx, named)
	if err != nil {
		return err
	}
	warnings := &warnings{session: s}
	target, err := s.pullTarget(b, flags, warnings)
	if err != nil {
		return err
	}
	client, err := s.transferAPI()
	if err != nil {
		return err
	}
	o := transfer.PullOptions{Options: transfer.Options{BytesPerSecond: flags.limit.bytes}}
	began := time.Now()
	view := s.view(&o.Options)
	warnings.view = view
	pulled, err := transfer.Pull(ctx, client, b.ID, target, o)
	view.end()
	warnings.end()
	switch {
	case errors.Is(err, transfer.ErrNotFound):
		return kindBackup.none(b.ID)
	case errors.Is(err, fs.ErrExist) && flags.directory != "":
		return usagef("%w: name another directory with -C", err)
	case errors.Is(err, fs.ErrExist):
		return usagef("%w: name another file with -o", err)
	case errors.Is(err, archive.ErrOutsideLink):
		return &failure{exitFailed, errors.New(err.Error() + "\n--outside-links makes such links, too")}
	case err != nil:
		return s.transferError(err)
	case s.asJSON:
		return s.printJSON(pulled.Raw)
	case s.quiet:
		return nil
	}
	if line := transferred(pulled, time.Since(began)); flags.output != "-" {
		return s.print(line)
	} else if _, err := io.WriteString(s.cmd.ErrOrStderr(), line); err != nil {
		return err
	}
	return nil
}
