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

// encodingFlags say how the bytes of a backup are encoded before they are stored.
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

// codecOptions returns the encoding that the flags and the environment ask for.
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

// recipients returns the recipients of --encrypt-to, or else those in the file that the environment names.
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

// encodes reports whether the stored bytes differ from those of the file.
func encodes(o codec.Options) bool { return o.Compress || len(o.Recipients) > 0 }

// pushDirectory stores a directory as an archive.
func (s *session) pushDirectory(ctx context.Context, dir string, c codec.Options, o transfer.PushOptions) error {
	return s.pushEncoded(ctx, codec.Directory(ctx, dir, c), o)
}

// pushReader encodes and stores the bytes of a reader. stop must end a Read that blocks.
func (s *session) pushReader(ctx context.Context, from io.Reader, stop func(), c codec.Options, o transfer.PushOptions) error {
	stream := codec.File(ctx, from, c)
	defer stop() // before Close, which waits for the Read
	return s.pushEncoded(ctx, &stoppingStream{stream, stop}, o)
}

// encodedStream is implemented by codec.Stream and stoppingStream.
type encodedStream interface {
	io.ReadCloser
	Metadata() map[string]string
	ContentType() string
}

// stoppingStream stops its source before it closes the stream, because Close waits for a Read from the source.
type stoppingStream struct {
	*codec.Stream

	stop func()
}

func (s *stoppingStream) Close() error {
	s.stop()
	return s.Stream.Close()
}

// pushEncoded stores a stream with the metadata that decoding needs, and closes it.
func (s *session) pushEncoded(ctx context.Context, stream encodedStream, o transfer.PushOptions) error {
	defer func() { _ = stream.Close() }() // Read has returned its errors
	for key, value := range stream.Metadata() {
		if _, given := o.Metadata[key]; given {
			return usagef("--metadata %s: only lox may set this key", key)
		}
		o.Metadata[key] = value
	}
	if o.ContentType == "" {
		o.ContentType = stream.ContentType()
	}
	return s.runPush(o, func(client *api.Client, o transfer.PushOptions) (transfer.Backup, error) {
		return transfer.PushStream(ctx, client, stream, o)
	})
}

// checkedFile reads a file. At its end, Read fails if the file was changed since it was opened.
type checkedFile struct {
	*os.File

	info fs.FileInfo
}

func (c *checkedFile) Read(p []byte) (int, error) {
	n, err := c.File.Read(p)
	if err != io.EOF {
		return n, err
	}
	now, failed := c.Stat()
	switch {
	case failed != nil:
		return n, failed
	case now.Size() != c.info.Size() || !now.ModTime().Equal(c.info.ModTime()):
		return n, transfer.ErrChanged
	}
	return n, io.EOF
}

// sourceName returns the default name of the backup of a file or directory. The path may be ".".
func sourceName(path string) (string, error) {
	whole, err := filepath.Abs(path)
	return filepath.Base(whole), err
}
