package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/backlox/lox/openapi/generators/growth"
	"github.com/backlox/lox/openapi/serve"
)

// server is a "lox serve" process with its own data directory, and a proxy that makes it look like a later version.
type server struct {
	*serve.Server

	key   string
	grown *httptest.Server
	dir   string
}

func startServer(ctx context.Context, lox string) (*server, error) {
	dir, err := os.MkdirTemp("", "lox-generators-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir}
	if err := s.start(ctx, lox); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

func (s *server) start(ctx context.Context, lox string) (err error) {
	if s.Server, err = serve.Start(ctx, lox, s.dir, "LOX_RATE_LIMIT_FACTOR=1000000"); err != nil {
		return err
	}
	if s.key, err = s.Key(); err != nil {
		return err
	}
	proxy, err := growth.NewProxy(s.Origin())
	if err != nil {
		return err
	}
	s.grown = httptest.NewServer(proxy)
	return nil
}

func (s *server) stop() error {
	if s.grown != nil {
		s.grown.Close()
	}
	var err error
	if s.Server != nil {
		err = s.Stop()
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

// download saves the server's response for a path to a file.
func (s *server) download(ctx context.Context, path, file string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Origin()+path, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", path, response.Status)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600)
}
