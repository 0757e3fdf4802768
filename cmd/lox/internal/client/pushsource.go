package client

import (
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/transfer"
	"github.com/backlox/lox/transfer/codec"
	"github.com/backlox/lox/transfer/encryption"
)

// encodingFlags say how bytes are made before they are stored.
type encodingFlags struct {
	compress   string
	recipients []string
}

func (f *encodingFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.compress, "compress", "", "zstd or none (default zstd for a directory, none for all else)")
	cmd.Flags().StringArrayVar(&f.recipients, "encrypt-to", nil,
		"who can decrypt the backup: an age recipient, or an SSH public key; may be repeated (LOX_RECIPIENTS_FILE)")
	_ = cmd.RegisterFlagCompletionFunc("compress", cobra.FixedCompletions([]string{"zstd", "none"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("encrypt-to", cobra.NoFileCompletions)
}

// codecOptions are what the flags and the environment ask for.
func (s *session) codecOptions(f encodingFlags, directory bool) (codec.Options, error) {
	o := codec.Options{Warn: func(path, text string) {
		s.notef("%s: %s", display.Visible(path), display.Visible(text))
	}}
	switch f.compress {
	case "":
		o.Compress = directory
	case "zstd":
		o.Compress = true
	case "none":
	default:
		return o, usagef("--compress %q: want zstd or none", f.compress)
	}
	var err error
	o.Recipients, err = s.recipients(f.recipients)
	return o, err
}

// recipients are those that were named, or else those in the file that the environment names.
func (s *session) recipients(named []string) ([]age.Recipient, error) {
	if path := s.getenv(recipientsVariable); len(named) == 0 && path != "" {
		all, err := encryption.ReadRecipients(path)
		if err != nil {
			return nil, usagef("%s: %w", recipientsVariable, err)
		}
		return all, nil
	}
	all := make([]age.Recipient, len(named))
	for i, text := range named {
		var err error
		if all[i], err = encryption.ParseRecipient(text); err != nil {
			return nil, usagef("--encrypt-to: %w", err)
		}
	}
	return all, nil
}

// encodes reports whether a file is stored as other bytes than it has.
func encodes(o codec.Options) bool { return o.Compress || len(o.Recipients) > 0 }

// pushDirectory stores the archive of a directory.
func (s *session) pushDirectory(ctx context.Context, dir string, c codec.Options, o transfer.PushOptions) error {
	return s.pushEncoded(ctx, codec.Directory(ctx, dir, c), o)
}

// pushReader stores what is read from a source, encoded. stop ends a Read that waits.
func (s *session) pushReader(ctx context.Context, from io.Reader, stop func(), c codec.Options, o transfer.PushOptions) error {
	stream := codec.File(ctx, from, c)
	defer stop() // before Close, which waits for the Read
	return s.pushEncoded(ctx, &stopped{stream, stop}, o)
}

// encodedStream is a codec.Stream.
type encodedStream interface {
	io.ReadCloser
	Metadata() map[string]string
	ContentType() string
}

// stopped ends its source before it closes the stream of it.
type stopped struct {
	*codec.Stream

	stop func()
}

func (s *stopped) Close() error {
	s.stop()
	return s.Stream.Close()
}

// pushEncoded stores a stream with the metadata by which it is decoded, and closes it.
func (s *session) pushEncoded(ctx context.Context, stream encodedStream, o transfer.PushOptions) error {
	defer func() { _ = stream.Close() }() // its errors were read
	for key, value := range stream.Metadata() {
		if _, given := o.Metadata[key]; given {
			return usagef("--metadata %s: that is for lox to say", key)
		}
		o.Metadata[key] = value
	}
	if o.ContentType == "" {
		o.ContentType = stream.ContentType()
	}
	return s.pushed(o, func(client *api.Client, o transfer.PushOptions) (transfer.Backup, error) {
		return transfer.PushStream(ctx, client, stream, o)
	})
}

// unchanged reads a file, and fails at its end if it was changed since the beginning.
type unchanged struct {
	*os.File

	info fs.FileInfo
}

func (u *unchanged) Read(p []byte) (int, error) {
	n, err := u.File.Read(p)
	if err != io.EOF {
		return n, err
	}
	now, failed := u.Stat()
	switch {
	case failed != nil:
		return n, failed
	case now.Size() != u.info.Size() || !now.ModTime().Equal(u.info.ModTime()):
		return n, transfer.ErrChanged
	}
	return n, io.EOF
}

// sourceName is the name of the backup of a file or directory, also of ".".
func sourceName(path string) (string, error) {
	whole, err := filepath.Abs(path)
	return filepath.Base(whole), err
}
