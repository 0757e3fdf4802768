// Package display writes what commands show people at a terminal: columns, sizes,
// and the words of others made safe to print.
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

// columnGap is what stands between columns.
const columnGap = "  "

// Columns writes rows in columns as wide as their widest cell. The columns
// in right, counted from 0, are aligned to the right.
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

// Visible is what somebody else wrote, a name or a setting, safe to print: what
// would steer the terminal or reorder the text around it stands as an escape.
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

// ShortID is the prefix of an id and its end, which differs from that of others: with
// whole ids no line would fit a terminal. Commands and jobs stay as they are.
func ShortID(id string) string {
	const end = 4
	kind, rest, ok := strings.Cut(id, "_")
	if !ok || len(rest) <= end {
		return id
	}
	return kind + "…" + rest[len(rest)-end:]
}
