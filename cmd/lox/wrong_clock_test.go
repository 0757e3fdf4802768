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

// wrongClockEnv names the variable with the error of the clock in the program that wrongClockBinary
// builds.
const wrongClockEnv = "TRIAL_CLOCK_AHEAD"

// byClock is a LOX, or a client, on a machine whose clock is ahead, by a duration such as -10m.
func (s setup) byClock(t *testing.T, ahead string) setup {
	t.Helper()
	s.binary = wrongClockBinary(t)
	s.env = append(append([]string{}, s.env...), wrongClockEnv+"="+ahead)
	return s
}

// wrongClockBinary builds lox with a Go whose time.Now is off by the value of an environment
// variable. It takes minutes, or seconds if the build cache has it.
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
	// Everything except this package is the installed Go.
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

// link creates a directory of links to the entries of another one. An entry that is a link already
// becomes a directory.
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
