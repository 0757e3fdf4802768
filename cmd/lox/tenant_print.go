package main

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

// writeColumns writes rows in columns as wide as their widest cell. The columns
// in right, counted from 0, are aligned to the right.
func writeColumns(text *strings.Builder, rows [][]string, right ...int) {
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

// visible is what somebody else wrote, a name or a setting, safe to print: what
// would steer the terminal or reorder the text around it stands as an escape.
func visible(s string) string {
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

// printJSON prints one document, on one line.
func printJSON(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) }
