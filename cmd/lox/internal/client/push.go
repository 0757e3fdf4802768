package client

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/transfer"
	"github.com/backlox/lox/transfer/codec"
)

const pushLong = `Store a file, a directory or, with -, standard input as a backup, and print its
id, name, size and checksum, how many seconds it took and how many MB a second
that were. With --quiet the id alone is printed.

A directory becomes a tar archive, compressed by zstd, while it is read: with
owners, times, links, attributes and holes. Sockets and devices are left out.
"lox pull NAME -C DIR" unpacks it.

With --encrypt-to, or a file of recipients in $LOX_RECIPIENTS_FILE, it is
encrypted by age (https://age-encryption.org) before it leaves this machine.
Only those who have the secret key of a recipient can decrypt it.

LOX compares the SHA-256 of the stored bytes with that of the bytes that were
read. If the file changes meanwhile, nothing is stored. A file above 32 MiB is
sent in parts, several at once, and so is standard input. A part that fails is
sent again.

After Ctrl-C or a lost connection, the same command sends only the missing
parts of a large file. To compare the others it reads them again, which may
take a minute for each 60 GB. Smaller files begin again.

The push of a directory, of standard input, or of a file that is compressed or
encrypted can't be resumed. Its parts stay in memory until they are stored: one
more than --parallel, of 32 MiB each, so 96 MiB by default. It may have up to
312 GiB, or --max-size, for which parts are larger: 105 MiB for 1 TiB.

In a pipe, push can't see that a program fails: "pg_dump app | lox push -" may
make a backup of an incomplete dump. With --from-command, push runs the program
itself, without a shell, and stores its standard output. If the program doesn't
end with 0, no backup is made, and push ends with 1. Ctrl-C and SIGTERM end the
program, too: it gets SIGTERM, and after 10 seconds SIGKILL.`

// pushFlags are the flags of push.
type pushFlags struct {
	name, contentType string
	metadata          []string
	limit             rateFlag
	most              sizeFlag
	parallel          int
	fromCommand       bool
	encoding          encodingFlags
}

func (p *program) pushCommand() *cobra.Command {
	var f pushFlags
	cmd := &cobra.Command{
		Use:   "push (FILE | DIR | - | --from-command -- COMMAND [ARG...])",
		Short: "Store a file, a directory or standard input as a backup",
		Long:  pushLong,
		Example: `  lox push backup.tar.gz
  lox push /var/backups/app.dump --name app-nightly --metadata host=db1
  lox push /etc --name etc-db1 --encrypt-to "$(cat backup.pub)"
  lox push --from-command --name app-nightly -- pg_dump -Fc app
  lox push - --name notes < notes.txt
  lox push backup.tar.gz --limit-rate 20MiB --json | jq -r .id`,
		Args: f.args,
		RunE: p.run(func(ctx context.Context, s *session, args []string) error {
			o, err := f.options(s.cmd, args)
			switch {
			case err != nil:
				return err
			case f.fromCommand:
				return s.pushOutput(ctx, args, f.encoding, o)
			}
			return s.push(ctx, args[0], f.encoding, o)
		}),
	}
	f.add(cmd)
	return cmd
}

func (f *pushFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.name, "name", "", "the name of the backup (default that of the file)")
	cmd.Flags().StringArrayVar(&f.metadata, "metadata", nil, "a key=value to keep with it; may be repeated")
	cmd.Flags().StringVar(&f.contentType, "content-type", "", "its media type, such as application/gzip")
	cmd.Flags().IntVar(&f.parallel, "parallel", 0, "how many parts to send at once (default 4, and 2 of a stream)")
	cmd.Flags().Var(&f.most, "max-size", "how much a stream may have at most, such as 1TiB")
	cmd.Flags().BoolVar(&f.fromCommand, "from-command", false, "store what the command after -- writes, if it ends with 0")
	f.encoding.add(cmd)
	f.limit.add(cmd)
	jsonFlag(cmd, "the backup")
	for _, flag := range []string{"name", "metadata", "content-type", "parallel", "max-size"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.NoFileCompletions)
	}
}

// args is a cobra.PositionalArgs. The command to run must come after --, else its options would be taken for those of
// lox.
func (f *pushFlags) args(cmd *cobra.Command, given []string) error {
	switch {
	case !f.fromCommand:
		return args(1, 1)(cmd, given)
	case len(given) == 0 || cmd.ArgsLenAtDash() != 0:
		return errors.New("--from-command: want the command after --, as in: lox push --from-command --name app-nightly -- pg_dump -Fc app")
	}
	return nil
}

// options returns the options of a push of what args name, or a usage error.
func (f *pushFlags) options(cmd *cobra.Command, args []string) (transfer.PushOptions, error) {
	o := transfer.PushOptions{
		Name: f.name, ContentType: f.contentType, Options: transfer.Options{BytesPerSecond: f.limit.bytes},
		Parallel: f.parallel, MaxSize: f.most.bytes,
	}
	switch stream := f.fromCommand || args[0] == "-"; {
	case f.fromCommand && f.name == "":
		return o, usagef("--from-command: want --name, since what a command writes has none")
	case stream && f.name == "":
		return o, usagef("-: want --name, since standard input has none")
	case !stream && f.most.bytes > 0:
		return o, usagef("--max-size goes with - and --from-command: the size of a file is known")
	case cmd.Flags().Changed("parallel") && (f.parallel < 1 || f.parallel > transfer.MaxParallel):
		return o, usagef("--parallel %d: want 1 to %d", f.parallel, transfer.MaxParallel)
	}
	var err error
	if f.name == "" {
		if o.Name, err = sourceName(args[0]); err != nil {
			return o, err
		}
	}
	o.Metadata, err = parseMetadata(f.metadata)
	return o, err
}

// parseMetadata parses the values of --metadata, each key=value.
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

func (s *session) push(ctx context.Context, path string, encoding encodingFlags, o transfer.PushOptions) error {
	info, err := os.Stat(path)
	directory := path != "-" && err == nil && info.IsDir()
	c, err := s.codecOptions(encoding, directory)
	switch {
	case err != nil:
		return err
	case path == "-":
		return s.pushStream(ctx, c, o)
	case directory:
		return s.unresumable(ctx, s.pushDirectory(ctx, path, c, o))
	}
	f, err := openRegular(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // only read from
	if encodes(c) {
		if info, err = f.Stat(); err != nil {
			return err
		}
		return s.unresumable(ctx, s.pushReader(ctx, &checkedFile{f, info}, func() {}, c, o))
	}
	cache, err := s.cacheDir()
	if err == nil {
		o.StateDir = filepath.Join(cache, "lox", "push")
	} // else neither $XDG_CACHE_HOME nor $HOME is set, and the push can't be resumed
	o.Unresumable = func(why error) {
		s.notef("If this is interrupted, it will begin again: %s", display.Visible(why.Error()))
	}
	return s.runPush(o, func(client *api.Client, o transfer.PushOptions) (transfer.Backup, error) {
		return transfer.Push(ctx, client, f, o)
	})
}

// unresumable replaces the error of an interrupted push that can't be resumed.
func (s *session) unresumable(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return &failure{exitInterrupted, errors.New("interrupted: nothing is stored, and the same command begins again")}
	}
	return err
}

func (s *session) pushStream(ctx context.Context, c codec.Options, o transfer.PushOptions) error {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	in := s.cmd.InOrStdin()
	if _, ok := terminal(in); ok {
		return usagef("-: standard input is a terminal: pipe something into lox")
	}
	if f, ok := in.(*os.File); ok {
		input, err := newInput(reading, f)
		if err != nil {
			return err
		}
		defer input.end()
		in = input
	}
	err := s.pushReader(ctx, in, stop, c, o)
	if err != nil && ctx.Err() != nil {
		return &failure{exitFailed, errors.New("interrupted: nothing is stored, and a push of standard input can't be resumed")}
	}
	return err
}

// pushOutput stores the output of a command, if the command exits with 0.
func (s *session) pushOutput(ctx context.Context, argv []string, encoding encodingFlags, o transfer.PushOptions) error {
	c, err := s.codecOptions(encoding, false)
	if err != nil {
		return err
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	out, err := startCommand(reading, argv, s.cmd.ErrOrStderr(), commandKillAfter)
	if err != nil {
		return err
	}
	defer out.end()
	return s.unresumable(ctx, s.pushReader(ctx, out, stop, c, o))
}

// runPush calls push, and prints its progress and its result.
func (s *session) runPush(o transfer.PushOptions, push func(*api.Client, transfer.PushOptions) (transfer.Backup, error)) error {
	client, err := s.transferAPI()
	if err != nil {
		return err
	}
	began := time.Now()
	view := s.view(&o.Options)
	b, err := push(client, o)
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

// transferred returns the line that a command prints after a transfer.
func transferred(b transfer.Backup, took time.Duration) string {
	return fmt.Sprintf("%s  %s  %s  %s  %.1f s  %.1f MB/s\n", b.ID, display.Visible(b.Name), display.Size(b.SizeBytes), b.Checksum, took.Seconds(),
		float64(b.SizeBytes)/1e6/max(took.Seconds(), 1e-3))
}
