package client

import (
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/pflag"

	"github.com/backlox/lox/cmd/lox/internal/display"
)

func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// minute formats a time for a table.
func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// ago says how long ago a time was, or in how long it will be.
func ago(t, now time.Time) string {
	d, form := now.Sub(t), func(s string) string { return s + " ago" }
	if d < 0 {
		d, form = -d, func(s string) string { return "in " + s }
	}
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{365 * 24 * time.Hour, "year"}, {30 * 24 * time.Hour, "month"}, {24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if n := int64(d / unit.length); n > 0 {
			return form(count(n, unit.name))
		}
	}
	return "just now"
}

// columns formats rows as a table. Pairs with an empty second cell are left out.
func columns(rows ...[]string) string {
	var kept [][]string
	for _, row := range rows {
		if len(row) < 2 || row[1] != "" {
			kept = append(kept, row)
		}
	}
	var text strings.Builder
	display.Columns(&text, kept)
	return text.String()
}

func count(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return humanize.Comma(n) + " " + thing + "s"
}

// helpWidth is how many columns the help has at most.
const helpWidth = 79

// wrapUsages wraps the descriptions of flags between words. A usage template could do that, too, but it would link
// text/template into the binary, and because of that every method of every type: 12 MB in all.
func wrapUsages(flags *pflag.FlagSet) {
	column := 0
	flags.VisitAll(func(f *pflag.Flag) {
		value, _ := pflag.UnquoteUsage(f)
		column = max(column, len("  -x, --")+len(f.Name)+len(" ")+len(value)+len("   "))
	})
	flags.VisitAll(func(f *pflag.Flag) { f.Usage = wrap(f.Usage, helpWidth-column) })
}

// wrap breaks a text into lines of at most so many columns. A longer word gets a longer line.
func wrap(text string, columns int) string {
	var lines strings.Builder
	taken := 0
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
		case taken+1+len(word) > columns:
			lines.WriteByte('\n')
			taken = 0
		default:
			lines.WriteByte(' ')
			taken++
		}
		lines.WriteString(word)
		taken += len(word)
	}
	return lines.String()
}
