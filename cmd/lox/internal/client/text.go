package client

import (
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/pflag"

	"github.com/backlox/lox/cmd/lox/internal/display"
)

func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// minute is a time in a table.
func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") }

// ago is how long a time lies back, or ahead.
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

// columns is a table of pairs, of which those with an empty second are left out.
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

// helpWidth is how wide the help is at most.
const helpWidth = 79

// breakUsages breaks the descriptions of flags where the terminal would, but between
// words. A usage template of our own could do it, too: but it would keep text/template
// in the binary, and with it every method of every type, 12 MB in all.
func breakUsages(flags *pflag.FlagSet) {
	column := 0
	flags.VisitAll(func(f *pflag.Flag) {
		value, _ := pflag.UnquoteUsage(f)
		column = max(column, len("  -x, --")+len(f.Name)+len(" ")+len(value)+len("   "))
	})
	flags.VisitAll(func(f *pflag.Flag) { f.Usage = broken(f.Usage, helpWidth-column) })
}

// broken is a text in lines of so many columns, if its words aren't longer.
func broken(text string, columns int) string {
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
