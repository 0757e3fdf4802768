package client

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func TestUsageErrorsSendNoRequest(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	asked := h.answers(1<<30, refuses(500, "internal_error", ""))
	id := lox.NewBackupID().String()
	for args, want := range map[string]string{
		"ls --colour":           "unknown flag: --colour",
		"ls --metadata host":    `--metadata "host": want key=value, each key once`,
		"ls --metadata =x":      `--metadata "=x": want key=value, each key once`,
		"ls nightly":            `unknown command "nightly" for "lox ls"`,
		"ls --limit 0":          "--limit 0: want a positive number",
		"ls --limit x":          `invalid argument "x" for "--limit"`,
		"ls --all --limit 7":    "--all and --limit exclude each other",
		"show":                  "want: lox show ID",
		"show " + id + " " + id: "want: lox show ID",
		"show nightly":          `"nightly" is not the id of a backup: want bkp_ and 26 digits and lower-case letters, as "lox ls" shows it`,
		"show ../webhooks":      `"../webhooks" is not the id of a backup`,
		"rm --yes " + id + " x": `"x" is not the id of a backup`,
		"rm --yes":              "want: lox rm ID...",
		"keys":                  "",
		"keys mint":             `unknown command "mint" for "lox keys"`,
		"keys rotate " + id:     `"` + id + `" is not the id of an API key`,
		"keys rotate " + keyID + " --overlap 1ms": "--overlap 1ms: want whole seconds",
		"keys create --expires tomorrow":          `invalid argument "tomorrow" for "--expires" flag: want a date such as 2030-01-15`,
		"webhooks deliveries":                     "want: lox webhooks deliveries ID",
		"webhooks redeliver x y":                  `"x" is not the id of a webhook`,
		"status now":                              `unknown command "now" for "lox status"`,
		"man":                                     "want: lox man DIR",
	} {
		r := h.run(strings.Fields(args)...)
		if want == "" {
			assert.Zero(t, r.code, args)
			assert.Contains(t, r.out, "Available Commands:")
			continue
		}
		assert.Equal(t, exitUsage, r.code, args)
		assert.Contains(t, r.err, "lox: "+want, args)
		assert.Empty(t, r.out, args)
	}
	// An API key that was pasted instead of an id isn't sent to the server.
	for _, args := range [][]string{{"show", h.key}, {"keys", "revoke", "--yes", h.key}} {
		assert.Contains(t, h.fails(exitUsage, args...), "that is an API key, not the id of a")
	}
	h.program.CheckEnvironment = func() error { return errors.New("LOX_APIKEY: there is no such variable") }
	assert.Equal(t, "lox: LOX_APIKEY: there is no such variable\n", h.fails(exitUsage, "ls"))
	assert.Equal(t, "lox: LOX_APIKEY: there is no such variable\n", h.fails(exitUsage, "login"))
	assert.Zero(t, asked.Load())
}

const keyID = "key_01hm65jqm0evqa6gf4bda1gwb9"

// TestInvalidValuesNameTheirFlag: the server finds the error, and the message names the flag instead of the field.
func TestInvalidValuesNameTheirFlag(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	for args, flag := range map[string]string{
		"ls --status lost":                                 "--status",
		"ls --since yesterday":                             "--since",
		"ls --until 2024-13-01":                            "--until",
		"ls --name " + strings.Repeat("n", 256):            "--name",
		"ls --prefix " + strings.Repeat("n", 256):          "--prefix",
		"ls --metadata " + strings.Repeat("k", 129) + "=v": "--metadata",
		"ls --metadata 1= --metadata 2= --metadata 3= --metadata 4= --metadata 5= --metadata 6=": "--metadata",
		"events --type backup.stolen":                                  "--type",
		"events --subject x":                                           "--subject",
		"events --actor LOX":                                           "--actor",
		"keys create --scope backups:steal":                            "--scope",
		"keys create --expires 2020-01-01":                             "--expires",
		"keys rotate " + keyID + " --overlap 721h":                     "--overlap",
		"webhooks deliveries whk_01hm6asqc0f7vtyybg4s0p9p1s --event x": "--event",
	} {
		said := h.fails(exitUsage, strings.Fields(args)...)
		assert.Contains(t, said, "\n  "+flag+": ", args)
		assert.Equal(t, 2, strings.Count(said, "\n"), said)
	}
}

// TestMissingScopeIsNamed by every command.
func TestMissingScopeIsNamed(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	b := h.fill()[0].ID.String()
	webhook := h.newWebhook("https://example.com/hook")
	_, none := h.newKey(func(*lox.APIKey) {}, lox.ScopeTenantWrite)
	_, revoked := h.newKey(func(*lox.APIKey) {})
	key, _ := h.newKey(func(*lox.APIKey) {})
	for args, scope := range map[string]lox.Scope{
		"ls": lox.ScopeBackupsRead, "show " + b: lox.ScopeBackupsRead, "rm --yes " + b: lox.ScopeBackupsDelete, "status": lox.ScopeTenantRead,
		"events": lox.ScopeEventsRead, "keys ls": lox.ScopeTenantRead, "keys create --scope backups:read": lox.ScopeKeysWrite,
		"keys rotate " + key.ID.String(): lox.ScopeKeysWrite, "keys revoke --yes " + key.ID.String(): lox.ScopeKeysWrite,
		"webhooks ls": lox.ScopeWebhooksWrite, "webhooks create https://example.com/": lox.ScopeWebhooksWrite, "webhooks rm --yes " + webhook: lox.ScopeWebhooksWrite,
		"webhooks test " + webhook: lox.ScopeWebhooksWrite, "webhooks deliveries " + webhook: lox.ScopeWebhooksWrite,
		"webhooks recover --since 2024-01-01 " + webhook: lox.ScopeWebhooksWrite,
	} {
		h.env[keyVariable] = none
		assert.Contains(t, h.fails(exitRefused, strings.Fields(args)...), string(scope), args)
		h.env[keyVariable] = revoked[:len(revoked)-6] + "000000"
		assert.Contains(t, h.fails(exitRefused, strings.Fields(args)...), "LOX_API_KEY is not an API key", args)
	}
	assert.Len(t, ids(t, h.with(h.key).must("ls", "--json")), 3)
}

// with makes the following commands use a key.
func (h *testenv) with(key string) *testenv {
	h.env[keyVariable] = key
	return h
}

// becomesRefused waits until the server knows that a key is revoked: a second at most.
func (h *testenv) becomesRefused() {
	h.t.Helper()
	require.Eventually(h.t, func() bool { return h.run("ls").code == exitRefused }, testTimeout, tick)
	assert.Equal(h.t, "lox: Invalid or expired API key\n", h.fails(exitRefused, "ls"))
}

func TestExpiredAndRevokedKeysAreRefused(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	soon := epoch.Add(day)
	_, expiring := h.newKey(func(k *lox.APIKey) { k.ExpiresAt = &soon })
	revokedKey, revoked := h.newKey(func(*lox.APIKey) {})
	h.with(expiring).must("ls")
	h.with(revoked).must("ls")
	h.with(h.key).must("keys", "revoke", "--yes", revokedKey.ID.String())
	h.with(revoked).becomesRefused()
	h.now.Add(int64(day.Seconds()) + 1)
	assert.Equal(t, "lox: Invalid or expired API key\n", h.with(expiring).fails(exitRefused, "ls"))
}

func TestExitCodesAreDocumented(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	assert.Contains(t, h.run("help", "exit-codes").out, exitCodes)
	for exit := range exitMismatch + 1 {
		assert.Contains(t, exitCodes, "\n  "+string(rune('0'+exit))+"  ")
	}
	assert.Zero(t, ExitCode(nil))
	assert.Equal(t, exitFailed, ExitCode(errors.New("any")))
	assert.Equal(t, exitFailed, ExitCode(joinFailures([]error{usagef("a"), errors.New("b")})))
	assert.Equal(t, exitRefused, ExitCode(joinFailures([]error{&failure{exitRefused, errors.New("a")}, &failure{exitRefused, errors.New("b")}})))
}

func TestManPagesAreWritten(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	dir := filepath.Join(t.TempDir(), "man")
	h.must("man", dir)
	for _, name := range []string{"lox", "lox-ls", "lox-keys-create", "lox-webhooks-deliveries"} {
		page, err := os.ReadFile(filepath.Join(dir, name+".1"))
		require.NoError(t, err)
		assert.Contains(t, string(page), ".SH EXIT CODES")
		assert.Contains(t, string(page), `"lox 1.2.3"`)
		assert.Equal(t, name == "lox", strings.Contains(string(page), "4  refused: the API key"), name)
	}
}

// TestHelpFitsATerminal also checks that each command has an example.
func TestHelpFitsATerminal(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	var visit func(*cobra.Command, []string)
	visit = func(cmd *cobra.Command, path []string) {
		assert.LessOrEqual(t, len("  completion  ")+len(cmd.Short), terminalWidth)
		for _, sub := range cmd.Commands() {
			visit(sub, append(slices.Clone(path), sub.Name()))
		}
		if cmd.Runnable() && len(cmd.Commands()) == 0 && !cmd.Hidden {
			help := h.run(append(path, "--help")...).out
			assert.Contains(t, help, "\nExamples:\n  ", path)
			assert.Contains(t, help, "--url", path)
			for line := range strings.Lines(help) {
				assert.LessOrEqual(t, runewidth.StringWidth(strings.TrimSuffix(line, "\n")), terminalWidth, line)
			}
		}
	}
	for _, cmd := range h.program.commands() {
		visit(cmd, []string{cmd.Name()})
	}
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	made := h.fill()
	webhook := h.newWebhook("https://example.com/hook")
	complete := func(args ...string) []string {
		text := h.run(append([]string{"__complete"}, args...)...).out
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		return lines[:len(lines)-1] // the last line is a directive for the shell
	}
	var backups []string
	for _, i := range []int{2, 1, 0} {
		backups = append(backups, made[i].ID.String()+"\t"+made[i].Name+", "+minute(made[i].CreatedAt))
	}
	assert.Equal(t, backups, complete("show", ""))
	assert.Equal(t, backups[:1], complete("show", made[2].ID.String()[:30]))
	assert.Empty(t, complete("show", made[2].ID.String(), ""))
	assert.Equal(t, backups[1:], complete("rm", made[2].ID.String(), ""))
	assert.Equal(t, []string{webhook + "\thttps://example.com/hook"}, complete("webhooks", "test", ""))
	keys := complete("keys", "revoke", "")
	require.Len(t, keys, 1)
	assert.Regexp(t, `^key_\w+\tlox_\w{4}…\w{4}$`, keys[0])
	assert.Equal(t, []string{"completed", "pending", "verifying", "failed"}, complete("ls", "--status", ""))
	for _, flag := range []string{"--name", "--prefix", "--metadata"} {
		assert.Empty(t, complete("ls", flag, ""), flag)
	}
	assert.Contains(t, complete("events", "--type", ""), "backup.deleted")
	assert.Contains(t, complete("webhooks", "create", "--event", ""), "backup.deleted")
	assert.Contains(t, complete("keys", "create", "--scope", "b"), "backups:read")

	// pull completes names, too. The first argument of verify is a file.
	want := append(slices.Clone(backups), made[0].Name+"\tthe newest of that name")
	assert.Equal(t, want, complete("pull", ""))
	assert.Equal(t, want, complete("verify", "file", ""))
	assert.Equal(t, want[3:4], complete("pull", "dai"))
	assert.Empty(t, complete("pull", made[0].Name, ""))
	assert.Empty(t, complete("verify", ""))

	// If the server doesn't answer, nothing is completed, and the shell gets no error.
	h.answers(1, refuses(503, "unavailable", "1"))
	assert.Empty(t, complete("show", ""))
	assert.Empty(t, h.paused)
	h.env = nil
	assert.Empty(t, complete("show", ""))
}
