package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestProgressInterval(t *testing.T) {
	t.Parallel()
	for what, test := range map[string]struct {
		terminal bool
		every    time.Duration
		want     string
	}{
		"at a terminal, one line": {true, 100 * time.Millisecond, "\r500 of 2,000 backups deleted, about 1s left\x1b[K" +
			"\r1,000 of 2,000 backups deleted, about 0s left\x1b[K" +
			"\r1,500 of 2,000 backups deleted, about 0s left\x1b[K" +
			"\r2,000 of 2,000 backups deleted, about 0s left\x1b[K\r\x1b[K"},
		"elsewhere, nothing soon":     {false, 100 * time.Millisecond, ""},
		"elsewhere, a line":           {false, 6 * time.Second, "500 of 2,000 backups deleted, about 36s left\n1,000 of 2,000 backups deleted, about 24s left\n1,500 of 2,000 backups deleted, about 12s left\n2,000 of 2,000 backups deleted, about 0s left\n"},
		"at a terminal, nothing soon": {true, time.Millisecond, ""},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			now := time.Now()
			p := newProgress(&out, "backups deleted", 2000)
			p.terminal, p.clock, p.began, p.shown = test.terminal, func() time.Time { return now }, now, now
			for range 8 {
				now = now.Add(test.every)
				p.add(250)
			}
			p.end()
			assert.Equal(t, test.want, out.String())
		})
	}
}
