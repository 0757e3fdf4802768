package client

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

// The output of commands at a terminal.
const (
	goldenList = `
ID                              CREATED (UTC)          SIZE  NAME
bkp_00000000000000000000000000  2024-01-20 11:00    pending  now
bkp_00000000000000000000000000  2024-01-19 12:00     failed  株式会社…ックアップ
bkp_00000000000000000000000000  2024-01-18 12:00   1.46 KiB  daily-b…-2024-01-18
`
	goldenShow = `
Backup     bkp_00000000000000000000000000
Name       daily-backup-2024-01-18
Status     completed
Size       1.46 KiB (1500 bytes)
Type       application/gzip
SHA-256    a330b6a8beaa3d859ec343fa2f6af555b049cb78855618bbe94ce0f5c8d1c305
Created    2024-01-18T12:00:00Z, 2 days ago
Completed  2024-01-18T12:01:00Z, 1 day ago

Metadata
  motd    \x1b[2Jtwo\nlines
  source  production-server
`
	goldenShowPending = `
Backup        bkp_00000000000000000000000000
Name          now
Status        pending
Size          3 bytes
Created       2024-01-20T11:00:00Z, 1 hour ago
Upload until  2024-01-20T12:00:00Z, just now
`
	goldenShowFailed = `
Backup   bkp_00000000000000000000000000
Name     株式会社バックアップ
Status   failed
Error    Upload timeout exceeded
Size     20 bytes
Created  2024-01-19T12:00:00Z, 1 day ago
`
)

// fill creates a completed, a failed and a pending backup, the newest last.
func (h *testenv) fill() []lox.Backup {
	return []lox.Backup{
		h.keep(lox.NewBackup{
			Name: "daily-backup-2024-01-18", Size: 1500, ContentType: "application/gzip",
			Metadata: lox.Metadata{"source": "production-server", "motd": "\x1b[2Jtwo\nlines"},
		}, epoch.Add(-2*day), lox.StatusCompleted),
		h.keep(lox.NewBackup{Name: "株式会社バックアップ", Size: 20}, epoch.Add(-day), lox.StatusFailed),
		h.keep(lox.NewBackup{Name: "now", Size: 3}, epoch.Add(-time.Hour), lox.StatusPending),
	}
}

func TestBackupsAreListed(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	r := h.run("ls")
	assert.Equal(t, result{err: "There are no such backups.\n"}, r)
	assert.Equal(t, result{}, h.run("ls", "--json"))
	made := h.fill()
	golden(t, goldenList, h.must("ls"))
	for i, want := range []string{goldenShow, goldenShowFailed, goldenShowPending} {
		golden(t, want, h.must("show", made[i].ID.String()))
	}

	// Each filter.
	for _, c := range []struct {
		args []string
		want []int
	}{
		{[]string{"--status", "failed"}, []int{1}},
		{[]string{"--since", "2024-01-19"}, []int{2, 1}},
		{[]string{"--until", "2024-01-18"}, []int{0}},
		{[]string{"--since", "2024-01-18T12:00:00Z", "--until", "2024-01-19T12:00:00Z"}, []int{0}},
		{[]string{"--name", "now"}, []int{2}},
		{[]string{"--name", "no"}, nil},
		{[]string{"--prefix", "no"}, []int{2}},
		{[]string{"--prefix", "株式会社"}, []int{1}},
		{[]string{"--prefix", "%"}, nil},
		{[]string{"--metadata", "source=production-server"}, []int{0}},
		{[]string{"--metadata", "source=production-server", "--metadata", "motd=\x1b[2Jtwo\nlines", "--prefix", "daily-"}, []int{0}},
		{[]string{"--metadata", "source=production-server", "--metadata", "motd="}, nil},
		{[]string{"--limit", "2"}, []int{2, 1}},
		{[]string{"--all"}, []int{2, 1, 0}},
	} {
		var want []string
		for _, i := range c.want {
			want = append(want, made[i].ID.String())
		}
		assert.Equal(t, want, ids(t, h.must(append([]string{"ls", "--json"}, c.args...)...)), "%q", c.args)
	}
}

// ids returns the ids of JSON objects, one per line.
func ids(t *testing.T, lines string) (all []string) {
	t.Helper()
	for line := range strings.Lines(lines) {
		var object struct {
			ID string `json:"id"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &object), "%s", line)
		all = append(all, object.ID)
	}
	return all
}

func TestNamesAreNotShortenedInAPipe(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	h.fill()
	h.program.width = width // the real one, which returns 0 for a buffer
	r := h.run("ls")
	assert.Contains(t, r.out, "  1.46 KiB  daily-backup-2024-01-18\n")
	assert.Contains(t, r.out, "    failed  株式会社バックアップ\n")
}

func TestALongListIsReadByPages(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	const n = 205
	for i := range n {
		h.keep(lox.NewBackup{Name: fmt.Sprintf("n-%d", i), Size: 1}, epoch.Add(time.Duration(i)*time.Second), lox.StatusCompleted)
	}
	r := h.run("ls", "--json")
	assert.Len(t, ids(t, r.out), defaultLimit)
	assert.Equal(t, "There are more: --limit shows more of them, --all all.\n", r.err)
	assert.Empty(t, h.run("ls", "--quiet").err)
	for args, want := range map[string]int{"--limit=101": 101, "--limit=205": n, "--limit=206": n, "--all": n} {
		r := h.run("ls", "--json", args)
		seen := map[string]bool{}
		for _, id := range ids(t, r.out) {
			seen[id] = true
		}
		assert.Len(t, seen, want, args)
		assert.Equal(t, want < n, r.err != "", args)
	}
	assert.Equal(t, n+1, strings.Count(h.must("ls", "--all"), "\n"), "one header for all pages")
}

func TestShowJSONIsTheResponseOfTheAPI(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	b := h.fill()[0]
	text := h.must("show", b.ID.String(), "--json")
	assert.Equal(t, 1, strings.Count(text, "\n"))
	var got map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	assert.Equal(t, b.ID.String(), got["id"])
	assert.InDelta(t, 1500, got["size_bytes"], 0)
	assert.Equal(t, map[string]any{"source": "production-server", "motd": "\x1b[2Jtwo\nlines"}, got["metadata"])
	assert.Equal(t, "2024-01-18T12:01:00Z", got["completed_at"])
}

func TestBackupsAreDeleted(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	made := h.fill()
	id := func(i int) string { return made[i].ID.String() }
	unknown := lox.NewBackupID().String()

	assert.Equal(t, "lox: lox rm can only ask at a terminal: elsewhere it needs --yes\n", h.fails(exitUsage, "rm", id(0)))
	assert.Equal(t, `lox: there is no backup `+unknown+`; "lox ls" lists those that exist`+"\n", h.fails(exitNotFound, "rm", "--yes", unknown))
	assert.Len(t, ids(t, h.must("ls", "--json")), 3)

	// An unknown id doesn't prevent the deletion of the others.
	r := h.run("rm", "--yes", id(0), unknown)
	assert.Equal(t, result{"Deleted " + id(0) + "\n", `lox: there is no backup ` + unknown + `; "lox ls" lists those that exist` + "\n", exitNotFound}, r)
	assert.JSONEq(t, `{"id":"`+id(1)+`","deleted":true}`, h.must("rm", "--yes", "--json", id(1)))
	assert.Empty(t, h.must("rm", "--yes", "--quiet", id(2)))
	assert.Empty(t, h.must("ls", "--json"))
}

func TestDeletingIsConfirmedAtATerminal(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	made := h.fill()
	screen, terminal := openTerminal(t)
	h.in = terminal
	for _, answer := range []string{"", "n", "no", "yeah"} {
		say(t, screen, answer+"\n")
		r := h.run("rm", made[0].ID.String(), made[1].ID.String())
		assert.Equal(t, exitFailed, r.code)
		golden(t, `
  bkp_00000000000000000000000000  daily-backup-2024-01-18
    1.46 KiB, created 2024-01-18 12:00, 2 days ago
  bkp_00000000000000000000000000  株式会社バックアップ
    failed, created 2024-01-19 12:00, 1 day ago
Delete these 2 backups, for good? [y/N] lox: nothing was done
`, r.err)
	}
	assert.Len(t, ids(t, h.must("ls", "--json")), 3)
	say(t, screen, "Y\n")
	golden(t, "\nDeleted bkp_00000000000000000000000000\n", h.must("rm", made[0].ID.String()))
	assert.Len(t, ids(t, h.must("ls", "--json")), 2)
	assert.Contains(t, h.fails(exitNotFound, "rm", made[0].ID.String()), "there is no backup "+made[0].ID.String())
}

// say types a text at a terminal.
func say(t *testing.T, screen *os.File, text string) {
	t.Helper()
	_, err := screen.WriteString(text)
	require.NoError(t, err)
}

func TestLongNamesAreShortened(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		wide  int
		taken int
		want  string
	}{
		{"daily-backup-2024-01-18", 0, 61, "daily-backup-2024-01-18"},
		{"daily-backup-2024-01-18", 84, 61, "daily-backup-2024-01-18"},
		{"daily-backup-2024-01-18", 83, 61, "daily-ba…up-2024-01-18"},
		{"daily-backup-2024-01-18", 10, 61, "dail…4-01-18"},
		{"株式会社バックアップ", 73, 61, "株式…アップ"},
	} {
		s := &session{lineWidth: c.wide}
		assert.Equal(t, c.want, s.fit(c.text, c.taken, minNameWidth), "%+v", c)
	}
}
