//go:build unix

package pgembed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// minMajor is the oldest supported version of PostgreSQL.
const minMajor = 14

// install is a directory with postgres and initdb of one version.
type install struct {
	dir          string
	major, minor int
}

func (in install) String() string { return fmt.Sprintf("%d.%d in %s", in.major, in.minor, in.dir) }

// find returns the newest usable installation. major is that of an existing cluster, which no other version can read, or
// 0. Installed versions are preferred to earlier downloads. If there is neither, find downloads one.
func (f finder) find(ctx context.Context, dir string, acct account, major int, log *slog.Logger) (install, error) {
	binDir := f.binDir(dir, acct)
	var seen []install
	for _, candidates := range [][]string{f.installed(), downloaded(binDir)} {
		var fits []install
		for _, d := range candidates {
			in, err := probe(ctx, d, acct)
			if ctx.Err() != nil {
				return install{}, fmt.Errorf("look for PostgreSQL: %w", context.Cause(ctx))
			}
			if err != nil {
				log.DebugContext(ctx, "skipping an installation of PostgreSQL", slog.String("dir", d), slog.Any("error", err))
				continue
			}
			seen = append(seen, in)
			if in.major >= minMajor && (major == 0 || in.major == major) {
				fits = append(fits, in)
			}
		}
		if len(fits) > 0 {
			return slices.MaxFunc(fits, newer), nil
		}
	}
	in, err := f.download(ctx, binDir, acct, major, log)
	if err != nil {
		return install{}, notFound(major, seen, err)
	}
	return in, nil
}

// binDir returns the directory for downloads: dir/bin, or a cache of the system if the server's user can't enter dir.
// The data directory can be passed to that user (see prepare), but PostgreSQL finds its libraries by its own resolved
// path.
func (f finder) binDir(dir string, acct account) string {
	if !acct.switched || acct.reaches(dir) {
		return filepath.Join(dir, "bin")
	}
	if f.cache != "" {
		return f.cache
	}
	return "/var/cache/lox-postgresql"
}

// newer compares versions.
func newer(a, b install) int {
	if a.major != b.major {
		return a.major - b.major
	}
	return a.minor - b.minor
}

// notFound returns an error that says what to install.
func notFound(major int, seen []install, cause error) error {
	found := make([]string, 0, len(seen))
	for _, in := range seen {
		found = append(found, in.String())
	}
	note := ""
	if len(found) > 0 {
		note = " (found " + strings.Join(found, ", ") + ")"
	}
	if major != 0 {
		return fmt.Errorf("the cluster was made by PostgreSQL %d and only that version can run it%s: "+
			"install it, for example with `apt-get install postgresql-%d`, or upgrade the cluster; "+
			"a download failed too: %w", major, note, major, cause)
	}
	return fmt.Errorf("no PostgreSQL %d or newer on PATH or in the usual directories%s: install it, for example "+
		"with `apt-get install postgresql`; a download failed too: %w", minMajor, note, cause)
}

// installed returns the directories that have both programs, without duplicates.
func (f finder) installed() []string {
	dirs := f.dirs
	if dirs == nil {
		dirs = filepath.SplitList(os.Getenv("PATH"))
		for _, pattern := range []string{
			"/usr/lib/postgresql/*/bin",          // Debian
			"/usr/pgsql-*/bin",                   // RHEL, from postgresql.org
			"/usr/libexec/postgresql*",           // Alpine
			"/usr/local/pgsql/bin",               // from source
			"/opt/homebrew/opt/postgresql@*/bin", // macOS
		} {
			matches, _ := filepath.Glob(pattern) // fails only for a bad pattern
			dirs = append(dirs, matches...)
		}
	}
	var found []string
	for _, d := range dirs {
		d := programs(d)
		if d != "" && !slices.Contains(found, d) {
			found = append(found, d)
		}
	}
	return found
}

// programs returns the real directory of the programs in dir, or "" if one is missing. It follows a link such as
// /usr/local/bin/postgres: the server finds its libraries relative to its own path, and initdb expects postgres in its
// own directory.
func programs(dir string) string {
	if !filepath.IsAbs(dir) {
		return "" // an empty or relative entry of PATH depends on the working directory
	}
	if real, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres")); err == nil {
		if d := filepath.Dir(real); filepath.Base(real) == "postgres" && isProgram(filepath.Join(d, "initdb")) {
			return d
		}
	}
	if isProgram(filepath.Join(dir, "postgres")) && isProgram(filepath.Join(dir, "initdb")) {
		return filepath.Clean(dir)
	}
	return ""
}

func isProgram(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}

// downloaded returns the directories of earlier downloads.
func downloaded(binDir string) []string {
	dirs, _ := filepath.Glob(filepath.Join(globEscape(binDir), "[0-9]*", "bin"))
	return dirs
}

func globEscape(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// probe runs the programs for their version, as the server's user: they may be for another architecture, or that user
// may not be able to execute them.
func probe(ctx context.Context, dir string, acct account) (install, error) {
	in := install{dir: dir}
	postgres, err := in.version(ctx, "postgres", acct)
	if err != nil {
		return install{}, err
	}
	initdb, err := in.version(ctx, "initdb", acct)
	if err != nil {
		return install{}, err
	}
	if postgres != initdb {
		return install{}, fmt.Errorf("postgres has version %v and initdb has version %v", postgres, initdb)
	}
	in.major, in.minor = postgres[0], postgres[1]
	return in, nil
}

// version runs a program with --version. It refuses betas and builds from a branch, which have no minor version: later
// versions can't read their clusters.
func (in install) version(ctx context.Context, program string, acct account) ([2]int, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(in.dir, program), "--version")
	_, release, err := prepare(cmd, acct, in, 0)
	if err != nil {
		return [2]int{}, err
	}
	defer release()
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return [2]int{}, startError(program+" --version", err, acct, "")
	}
	m := regexp.MustCompile(`\(PostgreSQL\) (\d+)\.(\d+)`).FindStringSubmatch(string(out))
	if m == nil {
		return [2]int{}, fmt.Errorf("%s --version printed %q", program, out)
	}
	major, majorErr := strconv.Atoi(m[1])
	minor, minorErr := strconv.Atoi(m[2])
	return [2]int{major, minor}, errors.Join(majorErr, minorErr)
}
