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

// minMajor is the oldest PostgreSQL that is started.
const minMajor = 14

// install is a directory with postgres and initdb of one version.
type install struct {
	dir          string
	major, minor int
}

func (in install) String() string { return fmt.Sprintf("%d.%d in %s", in.major, in.minor, in.dir) }

// find returns the newest usable installation; for an existing cluster, of its major version, since no other one can
// read it. Installed ones go before downloaded ones, and only when there is none is one downloaded.
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
				log.DebugContext(ctx, "passing over a PostgreSQL", slog.String("dir", d), slog.Any("error", err))
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

// binDir returns where downloads go: dir/bin, or, when the server's user can't walk there, a cache of the system. The
// user can be handed a data directory (see prepare), but PostgreSQL finds its libraries by its own resolved path.
func (f finder) binDir(dir string, acct account) string {
	if !acct.switched || acct.reaches(dir) {
		return filepath.Join(dir, "bin")
	}
	if f.cache != "" {
		return f.cache
	}
	return "/var/cache/lox-postgresql"
}

// newer orders by version.
func newer(a, b install) int {
	if a.major != b.major {
		return a.major - b.major
	}
	return a.minor - b.minor
}

// notFound says what to install.
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

// installed returns directories which hold both programs, without repetition.
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

// programs returns where the programs of a directory really lie, "" if they aren't both there. A link such as
// /usr/local/bin/postgres is followed: the server looks for its libraries from where it is, and initdb for postgres
// beside it.
func programs(dir string) string {
	if !filepath.IsAbs(dir) {
		return "" // an empty or relative entry of PATH is the working directory's business, not ours
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

// probe asks the programs for their version, as the user who is to run them: that they exist doesn't mean that they
// are executables of this machine, or within that user's reach.
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
		return install{}, fmt.Errorf("postgres is %v and initdb is %v", postgres, initdb)
	}
	in.major, in.minor = postgres[0], postgres[1]
	return in, nil
}

// version runs one program with --version. Betas and builds from a branch have no minor version and are refused: their
// clusters don't survive an update.
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
