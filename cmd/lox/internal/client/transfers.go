package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
	"github.com/backlox/lox/transfer"
)

// sizeFlag is a size in bytes. It is a pflag.Value.
type sizeFlag struct{ bytes int64 }

// Set parses a size.
func (f *sizeFlag) Set(s string) error {
	n, err := display.ParseSize(s)
	if err == nil && n == 0 {
		err = errors.New("want at least 1 byte")
	}
	f.bytes = n
	return err
}

// String returns "": there is no default.
func (f *sizeFlag) String() string { return "" }

// Type returns the name of the flag's value in the help.
func (f *sizeFlag) Type() string { return "size" }

// rateFlag is the limit of a transfer, in bytes per second.
type rateFlag struct{ sizeFlag }

func (f *rateFlag) add(cmd *cobra.Command) {
	cmd.Flags().Var(f, "limit-rate", "how much to transfer in a second at most, such as 20MiB")
	_ = cmd.RegisterFlagCompletionFunc("limit-rate", cobra.NoFileCompletions)
}

// transferAPI returns an API client without doer: package transfer handles error responses and retries itself.
func (s *session) transferAPI() (*api.Client, error) {
	return api.NewClient(s.via.url, api.WithHTTPClient(s.via.http), api.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+s.via.key)
		r.Header.Set("User-Agent", s.via.agent)
		return nil
	}))
}

// openRegular opens a file, and fails if it isn't a regular file.
func openRegular(path string) (*os.File, error) {
	// Check before opening: to open a named pipe would wait for its other end.
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, UsageError(err)
	case info.IsDir():
		return nil, usagef("%s is a directory: want a file", path)
	case !info.Mode().IsRegular():
		return nil, usagef("%s is not a regular file", path)
	}
	f, err := os.Open(path)
	return f, UsageError(err)
}

// transferError returns the error that a command reports for an error of package transfer.
func (s *session) transferError(err error) error {
	if interrupted, ok := errors.AsType[*transfer.InterruptedError](err); ok {
		return &failure{exitInterrupted, errors.New(interruptedText(interrupted))}
	}
	exit := exitFailed
	for _, c := range []struct {
		kind error
		exit int
	}{
		{transfer.ErrMismatch, exitMismatch}, {transfer.ErrFull, exitFull}, {transfer.ErrRefused, exitRefused},
		{transfer.ErrNotFound, exitNotFound}, {transfer.ErrInvalid, exitUsage},
	} {
		if errors.Is(err, c.kind) {
			exit = c.exit
			break
		}
	}
	answer, ok := errors.AsType[*transfer.ResponseError](err)
	switch {
	case !ok || answer.Store:
	case answer.Code == "":
		err = fmt.Errorf("the server at %s answered %d %s, and doesn't seem to be LOX: is the URL right?", s.via.url, answer.Status, http.StatusText(answer.Status))
	case answer.Code == "invalid_state":
		err = fmt.Errorf("%s: %s", display.Visible(answer.Message), display.Visible(answer.Details["status"]))
	default:
		err = errors.New(errorText(api.ErrorBody{Message: answer.Message, Details: answer.Details}))
	}
	return &failure{exit, err}
}

// interruptedText says how much of an interrupted transfer is done, and how to resume it.
func interruptedText(e *transfer.InterruptedError) string {
	switch {
	case e.Path != "":
		cause := "interrupted"
		if !errors.Is(e.Err, context.Canceled) {
			cause = e.Err.Error()
		}
		return fmt.Sprintf("%s: %s of %s are in %s. The same command resumes the download", cause, display.Size(e.Done), display.Size(e.Total), e.Path)
	case e.Resumable:
		cause := "interrupted"
		if !errors.Is(e.Err, context.Canceled) {
			cause = display.Visible(e.Err.Error())
		}
		return fmt.Sprintf("%s: %s of %s are stored. The same command resumes the upload within 24 hours", cause, display.Size(e.Done), display.Size(e.Total))
	case e.ID != "":
		return "interrupted: the file is uploaded, and the server verifies it. To see the result: lox show " + e.ID
	default:
		return "interrupted: the same command begins again"
	}
}
