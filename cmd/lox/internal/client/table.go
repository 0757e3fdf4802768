package client

import (
	"encoding/json"
	"strings"

	"github.com/mattn/go-runewidth"
)

// table prints a list page by page. Its columns have fixed widths, because the items of the next page aren't known yet.
type table[T any] struct {
	*session

	columns []column
	// row returns the texts of an item, one for each column, and optional lines to print below them.
	row   func(item T) (texts []string, below string)
	shown int
}

// column describes a column of a table. The last column takes the rest of the line, and has no width.
type column struct {
	head  string
	width int
	right bool // its texts are aligned to the right
}

func (t *table[T]) show(items []json.RawMessage) error {
	first := t.shown == 0
	t.shown += len(items)
	if t.asJSON {
		return t.printJSON(items...)
	}
	var text strings.Builder
	if first {
		heads := make([]string, len(t.columns))
		for i, c := range t.columns {
			heads[i] = c.head
		}
		text.WriteString(t.line(heads))
	}
	for _, raw := range items {
		var item T
		if err := json.Unmarshal(raw, &item); err != nil {
			return err
		}
		texts, below := t.row(item)
		text.WriteString(t.line(texts) + below)
	}
	return t.print(text.String())
}

func (t *table[T]) line(texts []string) string {
	var line strings.Builder
	for i, c := range t.columns {
		if i > 0 {
			line.WriteString("  ")
		}
		fill := runewidth.FillRight
		if c.right {
			fill = runewidth.FillLeft
		}
		line.WriteString(fill(texts[i], c.width))
	}
	line.WriteByte('\n')
	return line.String()
}
