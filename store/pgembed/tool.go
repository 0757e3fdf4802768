//go:build unix

package pgembed

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

var toolVersion = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// Tool returns the path of one of PostgreSQL's client programs, such as pg_dump, of an installed PostgreSQL. If there are
// several, it returns the oldest that is not older than major: pg_dump reads databases of its own and of earlier
// versions, but an older pg_restore can't read the output of a newer pg_dump. A downloaded PostgreSQL has no client
// programs.
func Tool(ctx context.Context, name string, major int) (path string, err error) {
	best := 0
	for _, dir := range (finder{}).installed() {
		program := filepath.Join(dir, name)
		if !isProgram(program) {
			continue
		}
		found, err := majorOf(ctx, program)
		if err == nil && found >= major && (best == 0 || found < best) {
			best, path = found, program
		}
	}
	if ctx.Err() != nil {
		return "", fmt.Errorf("look for %s: %w", name, context.Cause(ctx))
	}
	if path == "" {
		return "", fmt.Errorf("there is no %s of PostgreSQL %d or newer: install it, for example with `apt-get install postgresql-client-%d`", name, major, major)
	}
	return path, nil
}

func majorOf(ctx context.Context, program string) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return 0, err
	}
	m := toolVersion.FindSubmatch(out)
	if m == nil {
		return 0, errors.New("it printed no version")
	}
	return strconv.Atoi(string(m[1]))
}
