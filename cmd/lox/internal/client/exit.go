package client

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

// What a command of the client ends with. exitCodes says it to people.
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
     whatever has no code of its own; of several backups, not all failed alike
  2  usage: the command, a flag or a value is wrong, or no server and key are
     configured; nothing was changed
  3  not found: no such backup, API key, webhook or delivery
  4  refused: the API key is unknown, expired or revoked, or lacks a scope
  5  full: the quota, the server's disk or this machine's disk has no room
  6  interrupted: the same command again does the rest, or all of it if
     nothing could be kept; a push of standard input ends with 1
  7  checksum mismatch: the bytes are not those that were meant

The commands of the server and its operator end with 0 or 1.
`

// exitCodesTopic is a topic of the help: cobra takes a command that does nothing for one.
func exitCodesTopic() *cobra.Command {
	return &cobra.Command{Use: "exit-codes", Short: "What the commands of the client end with", Long: exitCodes}
}

// failure is an error that says what the process ends with.
type failure struct {
	exit int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

// errInterrupted is what a command fails with that was told to end.
var errInterrupted = errors.New("interrupted")

// UsageError marks an error as one of whoever wrote the command. It is nil for nil.
func UsageError(err error) error {
	if err == nil {
		return nil
	}
	return &failure{exitUsage, err}
}

func usagef(format string, args ...any) error { return UsageError(fmt.Errorf(format, args...)) }

// ExitCode is what the process ends with after an error, 0 if there is none.
func ExitCode(err error) int {
	if err == nil {
		return 0
	}
	if f, ok := errors.AsType[*failure](err); ok {
		return f.exit
	}
	return exitFailed
}
