package client

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	api "github.com/backlox/lox/gen/client"
)

const (
	// listed is how many items a list shows unless it is told.
	listed = 20
	// pageSize is how many the API gives at once.
	pageSize = 100
)

// listFlags are those of every list that may be long.
type listFlags struct {
	all   bool
	limit int
}

func (f *listFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.all, "all", false, "show all, however many")
	cmd.Flags().IntVar(&f.limit, "limit", listed, "how many to show at most")
}

// check returns how many items to show at most, 0 for all.
func (f *listFlags) check(cmd *cobra.Command) (int, error) {
	switch {
	case f.all && cmd.Flags().Changed("limit"):
		return 0, usagef("--all and --limit exclude each other")
	case f.all:
		return 0, nil
	case f.limit < 1:
		return 0, usagef("--limit %d: want a positive number", f.limit)
	}
	return f.limit, nil
}

// page is a part of a list.
type page struct {
	cursor *api.Cursor // nil for the first, and where a list has none
	offset int
	limit  int
}

// list has show called with the items of a list, page by page, until there are as
// many as limit, or all if that is 0. name is what the API calls the items.
func (s *session) list(name string, limit int, fetch func(page) (*http.Response, error), show func([]json.RawMessage) error) (more bool, err error) {
	at := page{limit: pageSize}
	for {
		if limit > 0 {
			at.limit = min(limit-at.offset, pageSize)
		}
		resp, err := fetch(at)
		items, total, next, err := readPage(name, resp, err)
		if err == nil && len(items) > 0 {
			err = show(items)
		}
		if err != nil {
			return false, err
		}
		at.offset += len(items)
		at.cursor = nil
		if next != "" {
			at.cursor = &next
		}
		switch more = next != "" || at.offset < total; {
		case !more || len(items) == 0:
			return false, nil
		case limit > 0 && at.offset >= limit:
			return true, nil
		}
	}
}

// readPage returns the items of a page, how many there are on all pages, and the cursor of
// the next; what a list doesn't have is zero.
func readPage(name string, resp *http.Response, failed error) (items []json.RawMessage, total int, next string, err error) {
	fields, _, err := read[map[string]json.RawMessage](resp, failed)
	if err != nil {
		return nil, 0, "", err
	}
	for field, into := range map[string]any{name: &items, "total": &total, "next_cursor": &next} {
		if raw, ok := fields[field]; ok && err == nil {
			err = json.Unmarshal(raw, into)
		}
	}
	if err != nil {
		err = fmt.Errorf("the server's answer can't be read: %w", err)
	}
	return items, total, next, err
}

// tell says that a list isn't complete, or empty.
func (s *session) tell(shown int, more bool, none string) {
	switch {
	case more:
		s.notef("There are more: --limit shows more of them, --all all.")
	case shown == 0 && !s.asJSON:
		s.notef("%s", none)
	}
}

// optional is a parameter of a request, nil if its flag wasn't given.
func optional[T ~string](value string) *T {
	if value == "" {
		return nil
	}
	return new(T(value))
}
