package client

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

// The exit codes of the client's commands. exitCodes explains them in the help.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitRefused     = 4
	exitFull        = 5
	exitInterrupted = 6
	exitMismatch    = 7
)

const exitCodes = `The commands of the client end with one of these codes:

  0  done
  1  failed: the server doesn't answer, the limit of requests is used up, or
     any error without a code of its own; also if several backups failed for
     different reasons
  2  usage: the command, a flag or a value is wrong, or no server and key are
     configured; nothing was changed
  3  not found: no such backup, API key, webhook or delivery
  4  refused: the API key is unknown, expired or revoked, or lacks a scope
  5  full: the quota, the server's disk or this machine's disk has no space
  6  interrupted: the same command again does the rest, or all of it if it
     can't be resumed; a push of standard input ends with 1
  7  checksum mismatch: the bytes are not the expected ones

The commands of the server and its operator end with 0 or 1.
`

// exitCodesTopic returns a help topic. To cobra, that is a command without a function.
func exitCodesTopic() *cobra.Command {
	return &cobra.Command{Use: "exit-codes", Short: "What the commands of the client end with", Long: exitCodes}
}

// failure is an error with the exit code of the process.
type failure struct {
	exit int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

// errInterrupted is the error of a command that a signal ended.
var errInterrupted = errors.New("interrupted")

// UsageError marks an error as a mistake in the command line or the environment. It returns nil for nil.
func UsageError(err error) error {
	if err == nil {
		return nil
	}
	return &failure{exitUsage, err}
}

func usagef(format string, args ...any) error { return UsageError(fmt.Errorf(format, args...)) }

// ExitCode returns the exit code of the process for an error, 0 for nil.
func ExitCode(err error) int {
	if err == nil {
		return 0
	}
	if f, ok := errors.AsType[*failure](err); ok {
		return f.exit
	}
	return exitFailed
}
