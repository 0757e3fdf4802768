// Package display formats the output of commands at a terminal: columns, sizes, and untrusted text that is made safe to
// print.
package display

import (
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// columnGap separates columns.
const columnGap = "  "

// Columns writes rows in columns, each as wide as its widest cell. The columns whose indexes are in right are aligned to
// the right.
func Columns(text *strings.Builder, rows [][]string, right ...int) {
	widths := map[int]int{}
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			if i > 0 {
				line.WriteString(columnGap)
			}
			if slices.Contains(right, i) {
				line.WriteString(runewidth.FillLeft(cell, widths[i]))
			} else {
				line.WriteString(runewidth.FillRight(cell, widths[i]))
			}
		}
		text.WriteString(strings.TrimRight(line.String(), " "))
		text.WriteByte('\n')
	}
}

// Visible makes untrusted text, such as a name, safe to print: characters that would control the terminal or reorder the
// text around them are escaped.
func Visible(s string) string {
	var safe strings.Builder
	for _, r := range s {
		if unicode.IsGraphic(r) {
			safe.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRuneToASCII(r)
		safe.WriteString(quoted[1 : len(quoted)-1])
	}
	return safe.String()
}

// JSON prints one document, on one line.
func JSON(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) }

// ShortID shortens an id to its prefix and its last characters, so that a table fits a terminal. Ids of the same time
// have the same beginning. It returns the names of commands and jobs unchanged.
func ShortID(id string) string {
	const end = 4
	kind, rest, ok := strings.Cut(id, "_")
	if !ok || len(rest) <= end {
		return id
	}
	return kind + "…" + rest[len(rest)-end:]
}
