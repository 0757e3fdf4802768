package client

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
)

// completionTimeout is how long a shell waits for the server to complete a word.
const completionTimeout = 3 * time.Second

// words completes to a fixed list of words.
func words(all ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(all, cobra.ShellCompDirectiveNoFileComp)
}

// completeIDs completes up to most arguments, or any number if most is 0, to ids on the server, each with a
// description. It offers none if the server doesn't answer.
func (p *program) completeIDs(most int, of kind) cobra.CompletionFunc {
	return func(cmd *cobra.Command, given []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if most > 0 && len(given) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		items, directive := p.completions(cmd, of)
		var found []cobra.Completion
		for _, item := range items {
			if strings.HasPrefix(item.id, typed) && !slices.Contains(given, item.id) {
				found = append(found, cobra.CompletionWithDesc(item.id, item.about))
			}
		}
		return found, directive
	}
}

// completeBackups completes the argument at index at to ids and names of backups, and the arguments before it to files.
func (p *program) completeBackups(at int) cobra.CompletionFunc {
	return func(cmd *cobra.Command, given []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		switch {
		case len(given) < at:
			return nil, cobra.ShellCompDirectiveDefault // a file
		case len(given) > at:
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		items, directive := p.completions(cmd, kindBackup)
		var found []cobra.Completion
		for _, item := range items {
			if strings.HasPrefix(item.id, typed) {
				found = append(found, cobra.CompletionWithDesc(item.id, item.about))
			}
		}
		for i, item := range items {
			first := slices.IndexFunc(items, func(other listedItem) bool { return other.name == item.name }) == i
			if first && item.name != "" && strings.HasPrefix(item.name, typed) && isWord(item.name) {
				found = append(found, cobra.CompletionWithDesc(item.name, "the newest of that name"))
			}
		}
		return found, directive
	}
}

// isWord reports whether a name needs no quotes in a shell, and lox doesn't take it for a flag or an id.
func isWord(name string) bool {
	return !strings.HasPrefix(name, "-") && !strings.HasPrefix(name, kindBackup.prefix+"_") && display.Visible(name) == name &&
		!strings.ContainsFunc(name, unicode.IsSpace)
}

// completions returns the newest items of a kind, none if the server doesn't answer.
func (p *program) completions(cmd *cobra.Command, of kind) ([]listedItem, cobra.ShellCompDirective) {
	s, err := p.open(cmd)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	s.quiet = true
	s.via.attempts, s.via.timeout = 1, completionTimeout
	ctx := cmd.Context()
	if ctx == nil {
		ctx = context.Background()
	}
	items, err := s.listItems(ctx, of, pageSize)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return items, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// listedItem is a backup, key or webhook on the server. about describes it. Only completed backups have a name.
type listedItem struct{ id, name, about string }

// listItems returns the newest items of a kind, at most limit, or all if limit is 0.
func (s *session) listItems(ctx context.Context, of kind, limit int) (all []listedItem, err error) {
	_, err = s.list(of.field, limit, func(at page) (*http.Response, error) {
		switch of.prefix {
		case kindBackup.prefix:
			return s.api.ListBackups(ctx, &api.ListBackupsParams{Limit: &at.limit, Cursor: at.cursor})
		case kindKey.prefix:
			return s.api.ListAPIKeys(ctx, &api.ListAPIKeysParams{Limit: &at.limit, Offset: &at.offset})
		default:
			return s.api.ListWebhooks(ctx, &api.ListWebhooksParams{Limit: &at.limit, Offset: &at.offset})
		}
	}, func(items []json.RawMessage) error {
		for _, raw := range items {
			var item struct {
				ID        string    `json:"id"`
				Name      string    `json:"name"`
				URL       string    `json:"url"`
				Prefix    string    `json:"prefix"`
				Last4     string    `json:"last4"`
				CreatedAt time.Time `json:"created_at"`

				Status api.BackupStatus `json:"status"`
			}
			if err := json.Unmarshal(raw, &item); err != nil {
				return err
			}
			name, about := "", item.URL
			switch of.prefix {
			case kindBackup.prefix:
				if item.Status == api.BackupStatusCompleted {
					name = item.Name
				}
				about = item.Name + ", " + minute(item.CreatedAt)
			case kindKey.prefix:
				about = strings.TrimRight(item.Prefix+"…"+item.Last4+" "+item.Name, " ")
			}
			all = append(all, listedItem{item.ID, name, display.Visible(about)})
		}
		return nil
	})
	return all, err
}

// about describes the item with an id. It searches the list, because the API has no request for a single key.
func (s *session) about(ctx context.Context, of kind, id string) (string, error) {
	all, err := s.listItems(ctx, of, 0)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(all, func(item listedItem) bool { return item.id == id })
	if i < 0 {
		return "", of.none(id)
	}
	return id + "  " + all[i].about, nil
}
