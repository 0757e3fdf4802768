package client

import (
	"encoding/json"
	"strings"

	"github.com/mattn/go-runewidth"
)

// table prints a list a page at a time. Its columns have fixed widths: nobody knows what the next page has.
type table[T any] struct {
	*session

	columns []column
	// row returns an item's texts, one for each column, and what stands in lines below them, if anything.
	row   func(item T) (texts []string, below string)
	shown int
}

// column is one of a table. The last one takes the rest of the line, and has no width.
type column struct {
	head  string
	width int
	right bool // its texts stand at its right
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
