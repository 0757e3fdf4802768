package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
)

// keyLength is the length of an API key.
const keyLength = 40

// checkNamed returns an error if a text is neither an id nor a name of a backup, before it is sent anywhere. A text that
// begins like an id is taken for one, so that a mistyped id is reported.
func checkNamed(text string) error {
	switch {
	case text == "":
		return usagef("want the id or the name of a backup, as %q shows them", kindBackup.list)
	case strings.HasPrefix(text, kindBackup.prefix+"_"), strings.HasPrefix(text, "lox_") && len(text) == keyLength:
		return kindBackup.check(text)
	}
	return nil
}

// named returns the backup with an id, or the newest completed backup with a name.
func (s *session) named(ctx context.Context, text string) (api.Backup, error) {
	if !kindBackup.isID(text) {
		return s.newest(ctx, text)
	}
	b, _, err := read[api.Backup](s.api.GetBackup(ctx, text))
	if err != nil {
		return api.Backup{}, kindBackup.missing(text, err)
	}
	return b, nil
}

// errFound makes list stop.
var errFound = errors.New("found")

// newest returns the newest completed backup with a name. It searches the list of completed backups, newest first.
func (s *session) newest(ctx context.Context, name string) (api.Backup, error) {
	var found api.Backup
	_, err := s.list("backups", 0, func(at page) (*http.Response, error) {
		return s.api.ListBackups(ctx, &api.ListBackupsParams{Limit: &at.limit, Cursor: at.cursor, Status: new(api.BackupStatusCompleted)})
	}, func(items []json.RawMessage) error {
		for _, raw := range items {
			var b api.Backup
			if err := json.Unmarshal(raw, &b); err != nil {
				return err
			}
			if b.Name == name {
				found = b
				return errFound
			}
		}
		return nil
	})
	switch {
	case errors.Is(err, errFound):
		return found, nil
	case err != nil:
		return api.Backup{}, err
	}
	return api.Backup{}, &failure{exitNotFound, fmt.Errorf("there is no completed backup called %q; %q lists those that exist",
		display.Visible(name), kindBackup.list+" --status completed")}
}
