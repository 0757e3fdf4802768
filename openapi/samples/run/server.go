package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/backlox/lox/openapi/generators/growth"
	"github.com/backlox/lox/openapi/serve"
)

// server is a "lox serve" process with its own data directory, and a receiver for its webhooks.
type server struct {
	*serve.Server

	receiver *httptest.Server
	dir      string
}

func startServer(ctx context.Context, lox string) (*server, error) {
	dir, err := os.MkdirTemp("", "lox-samples-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir}
	s.receiver = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	}))
	s.Server, err = serve.Start(ctx, lox, dir, "LOX_RATE_LIMIT_FACTOR=1000000", "LOX_WEBHOOK_ALLOW_PRIVATE=true")
	if err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

func (s *server) stop() error {
	var err error
	if s.Server != nil {
		err = s.Stop()
	}
	s.receiver.Close()
	return errors.Join(err, os.RemoveAll(s.dir))
}

// runOnce runs the compiled samples for a new tenant, in a new folder that has the file to store.
func (s *server) runOnce(ctx context.Context, name, mode string, program []string, operations []operation) error {
	_, key, err := s.CreateTenant(name+" "+mode, "pro")
	if err != nil {
		return err
	}
	dir := filepath.Join(s.dir, name+"-"+mode)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	content := bytes.Repeat([]byte("what a sample stores "+name+"\n"), 1000)
	if err := os.WriteFile(filepath.Join(dir, "backup.tar.gz"), content, 0o600); err != nil {
		return err
	}
	proxy, err := s.proxy(mode)
	if err != nil {
		return err
	}
	recorder := record(operations, proxy)
	recording := httptest.NewServer(recorder)
	defer recording.Close()

	var output buffer
	err = runCommand(ctx, runTimeout, command{
		dir: dir, args: program, all: &output,
		env: []string{"LOX_URL=" + recording.URL + "/api", "LOX_API_KEY=" + key, "WEBHOOK_URL=" + s.receiver.URL + "/lox"},
	})
	if err != nil {
		return fmt.Errorf("%w\n%s", err, output.String())
	}
	if missing := recorder.missing(); len(missing) > 0 {
		return fmt.Errorf("no sample called these operations successfully: %s\n%s", strings.Join(missing, ", "), output.String())
	}
	restored, err := os.ReadFile(filepath.Join(dir, "restored.tar.gz"))
	if err != nil {
		return err
	}
	if !bytes.Equal(restored, content) {
		return errors.New("restored.tar.gz differs from backup.tar.gz")
	}
	return nil
}

// proxy forwards requests to the server. In the mode growing it simulates a later version.
func (s *server) proxy(mode string) (http.Handler, error) {
	if mode == "growing" {
		return growth.NewProxy(s.Origin())
	}
	to, err := url.Parse(s.Origin())
	if err != nil {
		return nil, err
	}
	return &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
	}}, nil
}
