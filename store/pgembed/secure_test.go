//go:build linux

package pgembed

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/stretchr/testify/require"
)

// TestConnectionsNeedThePassword: access to the socket, which all processes of the server's account have, isn't enough.
func TestConnectionsNeedThePassword(t *testing.T) {
	t.Parallel()
	dir := private(t)
	s := startServer(t, Config{Dir: dir})
	info, err := os.Stat(filepath.Join(dir, passwordFile))
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
	require.Equal(t, os.Geteuid(), int(info.Sys().(*syscall.Stat_t).Uid), "not the server's account")
	require.NotContains(t, s.DSN(), "password= ")

	for name, c := range map[string]struct {
		dsn  string
		want pqerror.Code
	}{
		"no password":             {strings.Replace(s.DSN(), "password="+s.password, "", 1), pqerror.InvalidPassword},
		"another password":        {dsn(s.socketDir, "another", Database), pqerror.InvalidPassword},
		"the superuser":           {strings.Replace(s.DSN(), "user="+User, "user="+superuser, 1), pqerror.InvalidAuthorizationSpecification},
		"the superuser elsewhere": {strings.Replace(s.DSNFor("postgres"), "user="+User, "user="+superuser, 1), pqerror.InvalidAuthorizationSpecification},
	} {
		err := ping(testContext(t), c.dsn)
		if name == "no password" && err != nil && pq.As(err) == nil {
			continue // lib/pq itself refuses to connect without a password
		}
		require.NotNil(t, pq.As(err, c.want), "%s: %v", name, err)
	}
	db := open(t, s.DSN())
	for _, statement := range []string{
		`select * from pg_authid`, `copy (select 1) to program 'true'`, `select pg_read_file('PG_VERSION')`, `create role other superuser`,
	} {
		_, err := db.Exec(statement)
		require.NotNil(t, pq.As(err, pqerror.InsufficientPrivilege), "%s: %v", statement, err)
	}
}

// TestStatementsHaveNoPassword: PostgreSQL logs statements that fail.
func TestStatementsHaveNoPassword(t *testing.T) {
	t.Parallel()
	verifier, err := scramVerifier("a-password")
	require.NoError(t, err)
	require.NotContains(t, verifier, "a-password")
	require.Regexp(t, `^SCRAM-SHA-256\$1000:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$`, verifier)
}

// everything creates all kinds of objects that a database of an earlier version may have.
const everything = `create type mood as enum ('good', 'bad');

create domain small as int check (value < 10);

create table kept (id int generated always as identity primary key, serial serial, note text not null, feeling mood);

create table months (at date not null) partition by range (at);

create table january partition of months for values from ('2024-01-01') to ('2024-02-01');

create sequence numbers;

create view seen as select id, note from kept;

create materialized view kept_view as select id from kept;

create function noted() returns trigger language plpgsql as $$ begin new.note := new.note || '!'; return new; end $$;

create trigger notes before insert on kept for each row execute function noted();

insert into kept (note, feeling) select 'n' || n, 'good' from generate_series(1, 1000) n;

insert into months values ('2024-01-15');

`

// oldCluster creates a directory like that of an earlier version, which trusted all local connections and connected as the
// superuser.
func oldCluster(t *testing.T, cfg Config) {
	t.Helper()
	cfg = withLogger(cfg)
	data := filepath.Join(cfg.Dir, "data")
	require.NoError(t, os.MkdirAll(cfg.Dir, 0o700))
	acct, in, err := openCluster(testContext(t), cfg, cfg.Dir, data)
	require.NoError(t, err)
	_, err = singleUser(testContext(t), cfg, in, acct, data, "postgres", "create database lox;\n\n")
	require.NoError(t, err)
	_, err = singleUser(testContext(t), cfg, in, acct, data, Database, everything)
	require.NoError(t, err)
	rules, err := os.ReadFile(filepath.Join(data, "pg_hba.conf"))
	require.NoError(t, err)
	trusting := strings.ReplaceAll(string(rules), "reject", "trust")
	require.NotEqual(t, string(rules), trusting)
	require.NoError(t, os.WriteFile(filepath.Join(data, "pg_hba.conf"), []byte(trusting), 0o600))
	require.NoFileExists(t, filepath.Join(cfg.Dir, passwordFile))
}

// requireConverted checks that no data is lost, and that the role can do everything that migrations and servers do.
func requireConverted(t *testing.T, s *Server) {
	t.Helper()
	db := open(t, s.DSN())
	require.Equal(t, User, scalar[string](t, db, `select current_user`))
	require.Equal(t, 1000, scalar[int](t, db, `select count(*) from kept where note like 'n%'`))
	require.Zero(t, scalar[int](t, db, `select
		(select count(*) from pg_class where relnamespace = 'public'::regnamespace and relowner <> current_user::regrole)
		+ (select count(*) from pg_proc where pronamespace = 'public'::regnamespace and proowner <> current_user::regrole)
		+ (select count(*) from pg_type where typnamespace = 'public'::regnamespace and typowner <> current_user::regrole)
		+ (select count(*) from pg_database where datname = 'lox' and datdba <> current_user::regrole)`))
	for _, statement := range []string{
		`alter table kept add column more int`, `create table fresh (v mood, n small)`, `drop view seen`, `refresh materialized view kept_view`,
		`create or replace function noted() returns trigger language plpgsql as $$ begin return new; end $$`, `alter type mood add value 'odd'`,
		`insert into kept (note, feeling) values ('last', 'bad')`, `insert into months values ('2024-01-16')`, `drop table january`,
		`select nextval('numbers')`, `create schema other`, `analyze kept`, `truncate months`, `create database another`, `drop table kept cascade`,
	} {
		_, err := db.Exec(statement)
		require.NoError(t, err, statement)
	}
	require.NotNil(t, pq.As(ping(testContext(t), strings.Replace(s.DSN(), s.password, "wrong", 1)), pqerror.InvalidPassword))
}

func TestClusterWithoutAPasswordIsConverted(t *testing.T) {
	t.Parallel()
	cfg := Config{Dir: private(t), Settings: fast()}
	oldCluster(t, cfg)
	s := startServer(t, cfg)
	password := s.password
	require.NoError(t, s.Stop(testContext(t)))
	s = startServer(t, cfg)
	require.Equal(t, password, s.password, "it stays the same")
	requireConverted(t, s)
}

// TestConversionSurvivesSIGKILL kills the process, and with it the server, in each step of the conversion.
func TestConversionSurvivesSIGKILL(t *testing.T) {
	t.Parallel()
	cfg := Config{Dir: private(t), Settings: fast()}
	oldCluster(t, cfg)
	data := filepath.Join(cfg.Dir, "data")
	onDatabase := func(name string) func() bool {
		return func() bool {
			left, _ := leftovers(data)
			return slices.ContainsFunc(left, func(p leftover) bool {
				line := commandLine(p.pid)
				return strings.Contains(line, "\x00--single\x00") && strings.HasSuffix(line, "\x00"+name+"\x00")
			})
		}
	}
	for _, step := range []struct {
		name    string
		reached func() bool
	}{
		{"the role", onDatabase("postgres")},
		{"the tables", onDatabase(Database)},
		{"the tables once more", onDatabase(Database)},
		{"the rules", func() bool {
			rules, _ := os.ReadFile(filepath.Join(data, "pg_hba.conf"))
			return string(rules) == accessRules
		}},
	} {
		p := spawnHelper(t, cfg.Dir)
		for deadline := time.Now().Add(time.Minute); !step.reached(); {
			require.True(t, time.Now().Before(deadline), "%s: never reached", step.name)
			// On a busy machine the step may be missed. Without the password file, all steps are repeated.
			if _, err := os.Stat(filepath.Join(cfg.Dir, passwordFile)); err == nil {
				p.kill()
				require.NoError(t, os.Remove(filepath.Join(cfg.Dir, passwordFile)))
				p = spawnHelper(t, cfg.Dir)
			}
		}
		p.kill()
		if step.name != "the rules" { // the password follows these at once
			require.NoFileExists(t, filepath.Join(cfg.Dir, passwordFile), step.name)
		}
	}
	requireConverted(t, startServer(t, cfg))
}

// TestMissingPasswordIsReplaced: a user who can delete the password file could also read it, so that a new one is no risk.
func TestMissingPasswordIsReplaced(t *testing.T) {
	t.Parallel()
	cfg := Config{Dir: private(t)}
	s := startServer(t, cfg)
	_, err := open(t, s.DSN()).Exec(`create table kept as select 42 as v`)
	require.NoError(t, err)
	require.NoError(t, s.Stop(testContext(t)))
	require.NoError(t, os.Remove(filepath.Join(cfg.Dir, passwordFile)))
	again := startServer(t, cfg)
	require.NotEqual(t, s.password, again.password)
	require.Equal(t, 42, scalar[int](t, open(t, again.DSN()), `select v from kept`))
}

// TestWrongPasswordIsReplaced: if only the cluster was restored, it has an earlier password.
func TestWrongPasswordIsReplaced(t *testing.T) {
	t.Parallel()
	cfg := Config{Dir: private(t)}
	s := startServer(t, cfg)
	_, err := open(t, s.DSN()).Exec(`create table kept as select 42 as v`)
	require.NoError(t, err)
	require.NoError(t, s.Stop(testContext(t)))
	path := filepath.Join(cfg.Dir, passwordFile)
	require.NoError(t, os.WriteFile(path, []byte("another\n"), 0o600))
	again := startServer(t, cfg)
	require.NotContains(t, []string{"another", s.password}, again.password)
	require.Equal(t, 42, scalar[int](t, open(t, again.DSN()), `select v from kept`))
	stored, err := readPassword(cfg.Dir)
	require.NoError(t, err)
	require.Equal(t, again.password, stored)
}

// TestSymbolicLinksAreNotFollowed: otherwise the owner of the directory could make root truncate or read any file.
func TestSymbolicLinksAreNotFollowed(t *testing.T) {
	t.Parallel()
	cfg := Config{Dir: private(t)}
	require.NoError(t, os.Mkdir(cfg.Dir, 0o700))
	outside := filepath.Join(t.TempDir(), "outside")
	require.NoError(t, os.WriteFile(outside, []byte("kept"), 0o600))
	link := func(name string) string {
		path := filepath.Join(cfg.Dir, name)
		require.NoError(t, os.Symlink(outside, path))
		return path
	}
	for _, name := range []string{"lock", passwordFile} {
		path := link(name)
		_, err := Start(testContext(t), cfg)
		require.ErrorContains(t, err, name)
		require.NoError(t, os.Remove(path))
	}
	link(passwordFile + ".new")
	startServer(t, cfg)
	text, err := os.ReadFile(outside)
	require.NoError(t, err)
	require.Equal(t, "kept", string(text))
}

// TestRootGivesAClusterToItsOwnAccount as soon as that account exists. The target of a symbolic link in the cluster keeps its
// owner.
func TestRootGivesAClusterToItsOwnAccount(t *testing.T) {
	t.Parallel()
	requireRoot(t)
	cfg := Config{Dir: private(t), Settings: fast(), accounts: accounts{own: "no-such-account", shared: []string{"postgres", "nobody"}}}
	oldCluster(t, cfg)
	s := startServer(t, cfg)
	require.Equal(t, "postgres", s.Account())
	require.NoError(t, s.Stop(testContext(t)))

	outside := filepath.Join(t.TempDir(), "outside")
	require.NoError(t, os.WriteFile(outside, nil, 0o600))
	before, err := owner(outside)
	require.NoError(t, err)
	link := filepath.Join(cfg.Dir, "data", "link")
	require.NoError(t, os.Symlink(outside, link))
	require.NoError(t, os.Lchown(link, lookUpAccounts("postgres")[0].uid, -1))

	cfg.accounts.own = "daemon"
	own := lookUpAccounts("daemon")[0]
	s = startServer(t, cfg)
	require.Equal(t, "daemon", s.Account())
	require.Equal(t, strconv.Itoa(own.uid), strings.Fields(status(t, s.PID(), "Uid"))[0])
	require.NoError(t, filepath.WalkDir(filepath.Join(cfg.Dir, "data"), func(path string, e fs.DirEntry, err error) error {
		if err == nil {
			var info fs.FileInfo
			if info, err = e.Info(); err == nil {
				require.Equal(t, own.uid, int(info.Sys().(*syscall.Stat_t).Uid), path)
			}
		}
		if os.IsNotExist(err) {
			return nil // a temporary file of the running server
		}
		return err
	}))
	after, err := owner(outside)
	require.NoError(t, err)
	require.Equal(t, before, after)
	requireConverted(t, s)
	require.NoError(t, s.Stop(testContext(t)))

	cfg.accounts.own = "no-such-account"
	s = startServer(t, cfg)
	require.Equal(t, fmt.Sprintf("uid %d", own.uid), s.Account(), "a cluster of an account that isn't shared keeps it")
}

// TestClusterWithOpenModesStarts after a restore that lost the mode of the directory.
func TestClusterWithOpenModesStarts(t *testing.T) {
	t.Parallel()
	cfg := Config{Dir: private(t), Settings: fast()}
	require.NoError(t, startServer(t, cfg).Stop(testContext(t)))
	data := filepath.Join(cfg.Dir, "data")
	require.NoError(t, os.Chmod(data, 0o777|fs.ModeSetgid))
	startServer(t, cfg)
	info, err := os.Stat(data)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o700), info.Mode().Perm())
}
