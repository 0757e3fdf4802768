package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// startTimeout is how long a server may take to begin.
const startTimeout = 30 * time.Second

// server is a lox serve with a database and a bucket of its own, both behind
// gates.
type server struct {
	house    *house
	name     string
	url      string
	env      []string
	dsn      string
	db       *sql.DB
	files    *minio.Client
	holding  *sql.Tx // the lock of an idempotency key
	database *gate
	storage  *gate
	log      string // the path of what it prints
}

// serve starts a server. settings are further LOX_… variables. It is stopped
// with the house.
func (h *house) serve(ctx context.Context, name string, settings ...string) (*server, error) {
	s := &server{house: h, name: name, log: filepath.Join(h.dir, name+".log")}
	if err := s.stores(ctx); err != nil {
		return nil, err
	}
	s.env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + h.dir, "LOX_DATA_DIR=" + filepath.Join(h.dir, name),
		"LOX_ADDR=127.0.0.1:0", "LOX_METRICS_ADDR=127.0.0.1:0", "LOX_LOG_FORMAT=json",
		"LOX_DATABASE_URL=" + strings.Replace(s.dsn, filepath.Dir(s.database.to), filepath.Dir(s.database.listener.Addr().String()), 1),
		"LOX_S3_ENDPOINT=http://" + s.storage.listener.Addr().String(), "LOX_S3_PUBLIC_ENDPOINT=" + h.s3.URL(),
		"LOX_S3_BUCKET=" + name, "LOX_S3_ACCESS_KEY=" + s3Key, "LOX_S3_SECRET_KEY=" + s3Secret, "LOX_S3_PATH_STYLE=true",
		"LOX_MASTER_KEY=" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32)),
		"LOX_WEBHOOK_ALLOW_PRIVATE=true", "LOX_TRUSTED_PROXIES=127.0.0.1/32",
	}, settings...)
	return s, s.start(ctx)
}

// stores makes the database and the bucket, and puts gates before them.
func (s *server) stores(ctx context.Context) (err error) {
	h := s.house
	if err := h.database(ctx, s.name); err != nil {
		return err
	}
	s.dsn = h.postgres.DSNFor(s.name)
	if s.db, err = sql.Open("postgres", s.dsn); err != nil {
		return err
	}
	h.closing(func(context.Context) error { return s.db.Close() })
	socket := socketOf(s.dsn)
	near := filepath.Join(h.dir, "gate-"+s.name, filepath.Base(socket))
	if err := os.Mkdir(filepath.Dir(near), 0o700); err != nil {
		return err
	}
	if s.database, err = openGate(ctx, "unix", near, socket); err != nil {
		return err
	}
	h.closing(func(context.Context) error { return s.database.close() })
	s3, err := url.Parse(h.s3.URL())
	if err != nil {
		return err
	}
	if s.storage, err = openGate(ctx, "tcp", "127.0.0.1:0", s3.Host); err != nil {
		return err
	}
	h.closing(func(context.Context) error { return s.storage.close() })
	s.files, err = minio.New(s3.Host, &minio.Options{Creds: credentials.NewStaticV4(s3Key, s3Secret, "")})
	return err
}

var hostAndPort = regexp.MustCompile(`^host='([^']+)' port=(\d+)`)

// socketOf is where the server of a connection string listens.
func socketOf(dsn string) string {
	found := hostAndPort.FindStringSubmatch(dsn)
	return filepath.Join(found[1], ".s.PGSQL."+found[2])
}

var baseURL = regexp.MustCompile(`Base URL  (\S+)\n`)

func (s *server) start(ctx context.Context) error {
	log, err := os.Create(s.log)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := s.command("serve")
	printed := &announcement{line: make(chan string, 1)}
	cmd.Stdout, cmd.Stderr = printed, log
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	s.house.closing(func(ctx context.Context) error {
		_ = cmd.Process.Signal(syscall.SIGTERM) // an error: it has ended, which Wait tells
		select {
		case err := <-exited:
			return err
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("%s did not stop", s.name), cmd.Process.Kill())
		}
	})
	timeout := time.NewTimer(startTimeout)
	defer timeout.Stop()
	select {
	case s.url = <-printed.line:
		return nil
	case err := <-exited:
		exited <- err
		return fmt.Errorf("lox serve ended: %w\n%s", err, s.lastLines())
	case <-timeout.C:
		return fmt.Errorf("lox serve did not start\n%s", s.lastLines())
	case <-ctx.Done():
		return ctx.Err()
	}
}

// command prepares the binary with the server's environment.
func (s *server) command(args ...string) *exec.Cmd {
	cmd := exec.Command(s.house.lox, args...) //nolint:noctx // ended by signal
	cmd.Env = s.env
	// It goes when this process is killed, too.
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd
}

// admin runs a command of the operator's, past the gates.
func (s *server) admin(args ...string) ([]byte, error) {
	cmd := s.command(args...)
	cmd.Env = append(cmd.Env, "LOX_DATABASE_URL="+s.dsn) // the last one holds
	out, err := cmd.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("lox %s: %w: %s", strings.Join(args, " "), err, failed.Stderr)
	}
	return out, err
}

// tenant makes a tenant.
func (s *server) tenant(name, plan string) (id, key string, err error) {
	out, err := s.admin("tenant", "create", "--name", name, "--plan", plan, "--json")
	if err != nil {
		return "", "", err
	}
	var made struct {
		Tenant struct {
			ID string `json:"id"`
		} `json:"tenant"`
		APIKey string `json:"api_key"`
	}
	err = json.Unmarshal(out, &made)
	return made.Tenant.ID, made.APIKey, err
}

func (s *server) lastLines() string {
	content, _ := os.ReadFile(s.log) // for a message about something worse
	lines := strings.Split(string(content), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

// announcement waits for the base URL among what a server prints.
type announcement struct {
	mu   sync.Mutex
	text bytes.Buffer
	line chan string
}

func (a *announcement) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.text.Write(p)
	if found := baseURL.FindStringSubmatch(a.text.String()); found != nil {
		select {
		case a.line <- found[1]:
		default: // told before
		}
	}
	return len(p), nil
}
