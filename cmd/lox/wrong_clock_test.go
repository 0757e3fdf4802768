package main_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// wrongClockEnv names the variable that says how far the clock of what wrongClockBinary builds is ahead.
const wrongClockEnv = "TRIAL_CLOCK_AHEAD"

// byClock is a LOX, or a client, on a machine whose clock is ahead, by a duration such as -10m.
func (s setup) byClock(t *testing.T, ahead string) setup {
	t.Helper()
	s.binary = wrongClockBinary(t)
	s.env = append(append([]string{}, s.env...), wrongClockEnv+"="+ahead)
	return s
}

// wrongClockBinary builds lox by a Go whose time.Now is off by what a variable of the environment says. It takes minutes,
// and seconds when the cache of builds has it.
func wrongClockBinary(t *testing.T) string {
	t.Helper()
	built, err := buildWrongClock()
	require.NoError(t, err)
	return built
}

var buildWrongClock = sync.OnceValues(func() (string, error) {
	said, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", err
	}
	root := strings.TrimSpace(string(said))
	dir, built := filepath.Join(scratch, "go-wrong-clock"), filepath.Join(scratch, "lox-wrong-clock")
	// All but the package is the Go that is there.
	for _, part := range []string{"", "src", "src/time"} {
		if err := link(filepath.Join(root, part), filepath.Join(dir, part)); err != nil {
			return "", err
		}
	}
	file := filepath.Join(dir, "src", "time", "time.go")
	now, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	const reads = "sec, nsec, mono := runtimeNow()\n"
	changed := bytes.Replace(now, []byte(reads), []byte(reads+"\tsec += int64(ahead / Second)\n"), 1)
	if bytes.Count(now, []byte(reads)) != 1 {
		return "", errors.New("time.Now is another one than it was")
	}
	if err := os.Remove(file); err != nil { // the link
		return "", err
	}
	if err := os.WriteFile(file, changed, 0o600); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "src", "time", "ahead.go"), []byte(`package time

import "syscall"

var ahead = func() Duration {
	text, _ := syscall.Getenv("`+wrongClockEnv+`")
	d, _ := ParseDuration(text)
	return d
}()
`), 0o600); err != nil {
		return "", err
	}
	build := exec.Command(filepath.Join(dir, "bin", "go"), "build", "-o", built, ".")
	build.Env = append(os.Environ(), "GOROOT="+dir, "GOTOOLCHAIN=local")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build lox by another clock: %w\n%s", err, out)
	}
	return built, nil
})

// link makes a directory of links to what is in another. What is a link already becomes a directory.
func link(from, to string) error {
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.Symlink(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
