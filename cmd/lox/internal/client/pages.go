package client

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	api "github.com/backlox/lox/gen/client"
)

const (
	// defaultLimit is how many items a list shows without --limit and --all.
	defaultLimit = 20
	// pageSize is how many items to request at once, the most that the API returns.
	pageSize = 100
)

// listFlags are the flags of every list that may be long.
type listFlags struct {
	all   bool
	limit int
}

func (f *listFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.all, "all", false, "show all, however many")
	cmd.Flags().IntVar(&f.limit, "limit", defaultLimit, "how many to show at most")
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

// page selects a page of a list.
type page struct {
	cursor *api.Cursor // nil for the first page, and for a list without cursors
	offset int
	limit  int
}

// list calls show with the items of each page of a list, until it has shown limit items, or all if limit is 0. name is
// the field of the items in the response. more reports whether the list has more items.
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

// readPage returns the items of a page, the number of items on all pages, and the cursor of the next page. A value
// that the response doesn't have is zero.
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

// noteRest prints a note if a list has more items than were shown, or the note none if it is empty.
func (s *session) noteRest(shown int, more bool, none string) {
	switch {
	case more:
		s.notef("There are more: --limit shows more of them, --all all.")
	case shown == 0 && !s.asJSON:
		s.notef("%s", none)
	}
}

// optional returns a parameter of a request, nil if its flag wasn't given.
func optional[T ~string](value string) *T {
	if value == "" {
		return nil
	}
	return new(T(value))
}
