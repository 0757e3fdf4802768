package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/backlox/lox"
)

func TestWrap(t *testing.T) {
	var text strings.Builder
	word := strings.Repeat("w", 30)
	wrap(&text, "ok  ", 4, strings.Repeat(word+" ", 3)+strings.Repeat("x", 90)+" "+strings.Repeat("y", 72)+" 4.00 KiB")
	wrap(&text, "ok  ", 4, "")
	assert.Equal(t, "ok  "+word+" "+word+"\n    "+word+"\n    "+strings.Repeat("x", 90)+"\n    "+strings.Repeat("y", 72)+"\n    4.00 KiB\nok\n", text.String())
}

func TestClockVerdict(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		off, took, resolution time.Duration
		want                  verdict
		message               string
	}{
		"the same":                      {0, 0, 0, right, "that of X agrees with this machine's"},
		"rounded down":                  {-900 * time.Millisecond, 0, time.Second, right, "that of X agrees with this machine's"},
		"two seconds":                   {2 * time.Second, 0, 0, right, "that of X agrees with this machine's"},
		"a little more":                 {2100 * time.Millisecond, 0, 0, doubtful, "that of X is 2.1s ahead of this machine's"},
		"more, but the answer was slow": {3 * time.Second, 5 * time.Second, 0, right, "that of X agrees with this machine's"},
		"behind":                        {-time.Minute, 0, 0, doubtful, "that of X is 1m0s behind this machine's"},
		"five minutes":                  {-5 * time.Minute, 0, 0, wrong, "that of X is 5m0s behind this machine's"},
	} {
		t.Run(name, func(t *testing.T) {
			offset, slack := clockOffset(now, now.Add(c.took), now.Add(c.took/2+c.off), c.resolution)
			v, message, advice := clockVerdict("X", offset, slack)
			assert.Equal(t, c.want, v)
			assert.Equal(t, c.message, message)
			assert.Equal(t, c.want == right, advice == "")
		})
	}
}

// TestMatch has the versions of an object, of 10 bytes, the latest first.
func TestMatch(t *testing.T) {
	version := func(id string, size int64) lox.StoredObject { return lox.StoredObject{Version: id, Size: size} }
	latest := func(o lox.StoredObject) lox.StoredObject { o.Latest = true; return o }
	deleted := lox.StoredObject{Version: "d", Latest: true, Deleted: true}
	for name, c := range map[string]struct {
		own             string
		versions        []lox.StoredObject
		present, usable bool
		others          int64
	}{
		"nothing":                         {"", nil, false, false, 0},
		"a file":                          {"", []lox.StoredObject{latest(version("", 10))}, true, true, 0},
		"another size":                    {"", []lox.StoredObject{latest(version("", 11))}, true, false, 0},
		"the version":                     {"a", []lox.StoredObject{latest(version("a", 10))}, true, true, 0},
		"another version":                 {"a", []lox.StoredObject{latest(version("b", 10))}, false, false, 1},
		"an older version":                {"a", []lox.StoredObject{latest(version("b", 11)), version("a", 10)}, true, true, 1},
		"deleted, but the version stayed": {"a", []lox.StoredObject{deleted, version("a", 10)}, true, true, 1},
		"versions are not listed":         {"a", []lox.StoredObject{latest(version("", 10))}, true, true, 0},
		"from before versions":            {"", []lox.StoredObject{latest(version("b", 10)), version("null", 10)}, true, true, 0},
		"deleted before versions":         {"", []lox.StoredObject{deleted}, false, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			m := match{Backup: lox.Backup{Size: 10, ObjectVersion: c.own}}
			for _, o := range c.versions {
				m.add(o)
			}
			assert.Equal(t, c.present, m.present)
			assert.Equal(t, c.usable, m.usable())
			assert.Equal(t, c.others, m.others)
		})
	}
}

// TestFindings shows people a few of many, and machines all of them.
func TestFindings(t *testing.T) {
	for asJSON, lines := range map[bool]int{false: 1 + shownFindings + 1 + 1, true: 50 + 1} {
		var out strings.Builder
		r := &report{out: &out, asJSON: asJSON}
		c := r.check("objects")
		for range 50 {
			c.find(objectOut{Object: "a\x1b[2J", Found: "foreign"})
		}
		c.end(doubtful, "message", "advice")
		assert.Equal(t, lines, strings.Count(out.String(), "\n"), out.String())
		assert.NotContains(t, out.String(), "\x1b")
		require.NoError(t, r.err)
		assert.Zero(t, r.wrong)
	}
}
