//go:build !unix

package pgembed

import (
	"context"
	"errors"
	"os"
	"time"
)

// errUnsupported is the error on other systems: the server needs a unix socket and unix signals.
var errUnsupported = errors.New("embedded PostgreSQL needs a unix system: configure a database URL instead")

// Server is a running PostgreSQL; there is none on this system.
type Server struct{}

// Start returns an error on this system.
func Start(context.Context, Config) (*Server, error) { return nil, errUnsupported }

// Attach returns an error on this system.
func Attach(context.Context, string) (string, error) { return "", errUnsupported }

// DSN is never called here.
func (s *Server) DSN() string { return "" }

// DSNFor is never called here.
func (s *Server) DSNFor(string) string { return "" }

// Account is never called here.
func (s *Server) Account() string { return "" }

// PID is never called here.
func (s *Server) PID() int { return 0 }

// Done is never called here.
func (s *Server) Done() <-chan struct{} { return nil }

// Err is never called here.
func (s *Server) Err() error { return errUnsupported }

// Stop is never called here.
func (s *Server) Stop(context.Context) error { return errUnsupported }

// Idle is never called here.
func (s *Server) Idle(context.Context) error { return errUnsupported }

// DiskFull is never called here.
func (s *Server) DiskFull() time.Time { return time.Time{} }

// FreeSpace returns an error on this system.
func FreeSpace(string) (int64, error) { return 0, errUnsupported }

// ExplainFullDisk returns the error unchanged.
func ExplainFullDisk(_ string, err error) error { return err }

// giveToOwner does nothing on this system.
func giveToOwner(*os.File, *os.Root, accounts) error { return nil }

// Tool returns an error on this system.
func Tool(context.Context, string, int) (string, error) { return "", errUnsupported }
