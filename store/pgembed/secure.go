//go:build unix

package pgembed

import (
	"context"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// accessRules is the whole pg_hba.conf. Only User can connect. The superuser has no password and no rule.
const accessRules = `# LOX writes this file. What is changed here is lost at its next start.
local all ` + User + ` scram-sha-256
`

// roleSQL creates the role that LOX connects as. Its attributes are appended.
const roleSQL = `do $$ begin
	if not exists (select from pg_roles where rolname = '` + User + `') then
		create role ` + User + `;
	end if;
end $$;

select datname from pg_database where datname = '` + Database + `';

alter role ` + User + ` `

// ownSQL makes the role the owner of all objects of the superuser in LOX's database. In a cluster of the time when LOX
// connected as the superuser, these are all objects. "reassign owned" refuses the superuser that initdb created. The
// dependent objects of a table (its row type, its indexes, the sequences of its columns) change with the table.
const ownSQL = `do $$ declare statement text; begin
	for statement in
		select format('alter %s %s owner to ` + User + `', kind, name) from (
			select case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end,
				oid::regclass::text, relowner from pg_class c
			where relkind in ('r', 'p', 'v', 'm', 'S') and relnamespace = 'public'::regnamespace and not exists (
				select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i')
					and d.refclassid = 'pg_class'::regclass and relkind = 'S')
			union all
			select 'routine', oid::regprocedure::text, proowner from pg_proc where pronamespace = 'public'::regnamespace
			union all
			select 'type', oid::regtype::text, typowner from pg_type
			where typnamespace = 'public'::regnamespace and typtype in ('d', 'e', 'r')
			union all
			select 'schema', 'public', (select oid from pg_roles where rolname = current_user)
			union all
			select 'database', '` + Database + `', (select oid from pg_roles where rolname = current_user)
		) owned (kind, name, owner)
		where owner = (select oid from pg_roles where rolname = current_user)
	loop
		execute statement;
	end loop;
end $$;

`

// passwordFile is the name of the file with the password in Config.Dir: see KeepSecret.
const passwordFile = "password"

// readPassword returns the password of the role User. It follows no link out of the directory, which may belong to an
// untrusted account.
func readPassword(dir string) (string, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", err
	}
	defer root.Close()
	password, err := root.ReadFile(passwordFile)
	return strings.TrimSpace(string(password)), err
}

// secure ensures that connections to the cluster need the password, and use a role that is not a superuser. It returns
// the password. A new cluster, and one that trusted local connections, gets the role and the password in single-user
// mode, while nothing can connect. The password file is written last: until it exists, every start repeats all steps,
// and each step may be repeated.
func secure(ctx context.Context, cfg Config, in install, acct account, dir, data string) (string, error) {
	password, err := readPassword(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	// A Root, because the directory may belong to an untrusted account.
	root, err := os.OpenRoot(data)
	if err != nil {
		return "", fmt.Errorf("open the cluster: %w", err)
	}
	defer root.Close()
	rules, _ := root.ReadFile("pg_hba.conf")
	if password != "" && string(rules) == accessRules {
		return password, nil
	}

	password = rand.Text() + rand.Text()
	verifier, err := scramVerifier(password)
	if err != nil {
		return "", err
	}
	attributes := "login createdb nosuperuser"
	if cfg.Superuser {
		attributes = "login superuser"
	}
	out, err := singleUser(ctx, cfg, in, acct, data, "postgres", roleSQL+attributes+" password '"+verifier+"';\n\n")
	if err == nil && strings.Contains(out, `datname = "`+Database+`"`) {
		_, err = singleUser(ctx, cfg, in, acct, data, Database, ownSQL)
	}
	if err == nil {
		err = replace(root, "pg_hba.conf", accessRules, acct.give)
	}
	if err == nil {
		err = keepSecret(dir, passwordFile, password+"\n", cfg.accounts)
	}
	if err != nil {
		return "", fmt.Errorf("secure the cluster: %w", err)
	}
	return password, nil
}

// singleUser runs statements as the superuser in single-user mode (postgres --single), to which nothing can connect, and
// returns the output. Each statement must end with a semicolon and an empty line. It stops at the first error.
func singleUser(ctx context.Context, cfg Config, in install, acct account, data, database, statements string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(in.dir, "postgres"))
	paths, release, err := prepare(cmd, acct, in, syscall.SIGKILL, data)
	if err != nil {
		return "", err
	}
	defer release()
	name, err := clusterName(data)
	if err != nil {
		return "", err
	}
	args, err := serverArgs(cfg.Settings, map[string]string{
		"cluster_name": name, "log_destination": "stderr", "logging_collector": "off", "log_statement": "none", "exit_on_error": "on",
	})
	if err != nil {
		return "", err
	}
	cmd.Args = append(append(append(cmd.Args, "--single", "-j", "-D", paths[0]), args...), database)
	cmd.Stdin = strings.NewReader(statements)
	// After SIGTERM it writes a checkpoint. If it is killed, the next start recovers.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	runtime.LockOSThread() // see prepare
	out, err := cmd.CombinedOutput()
	runtime.UnlockOSThread()
	if ctx.Err() != nil {
		return "", fmt.Errorf("postgres --single: %w", context.Cause(ctx))
	}
	if err != nil {
		return "", startError("postgres --single", err, acct, strings.TrimSpace(string(out)))
	}
	return string(out), nil
}

// scramVerifier returns the verifier that PostgreSQL stores instead of a password (RFC 5803), so that no statement has
// the password itself. RFC 7677 asks for 4096 iterations, since people choose passwords that can be guessed. This password has
// 260 random bits, which nobody guesses, and the client repeats the iterations for each new connection.
func scramVerifier(password string) (string, error) {
	const iterations = 1000 // lib/pq refuses fewer than four digits
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("derive the password's verifier: %w", err)
	}
	mac := func(text string) []byte {
		m := hmac.New(sha256.New, salted)
		m.Write([]byte(text))
		return m.Sum(nil)
	}
	stored, encode := sha256.Sum256(mac("Client Key")), base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", iterations, encode(salt), encode(stored[:]), encode(mac("Server Key"))), nil
}
