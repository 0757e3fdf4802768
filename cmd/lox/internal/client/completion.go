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

// completionTimeout is how long a shell waits for what is completed.
const completionTimeout = 3 * time.Second

// words completes to some of a few.
func words(all ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(all, cobra.ShellCompDirectiveNoFileComp)
}

// completeIDs completes up to most arguments, or any number if that is 0, to ids that the
// server knows, with what a person knows them by. Where the server doesn't answer there are none.
func (p *program) completeIDs(most int, of kind) cobra.CompletionFunc {
	return func(cmd *cobra.Command, given []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if most > 0 && len(given) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		known, directive := p.knownTo(cmd, of)
		var found []cobra.Completion
		for _, k := range known {
			if strings.HasPrefix(k.id, typed) && !slices.Contains(given, k.id) {
				found = append(found, cobra.CompletionWithDesc(k.id, k.about))
			}
		}
		return found, directive
	}
}

// completeBackups completes the argument at a position to ids of backups and to their names.
func (p *program) completeBackups(at int) cobra.CompletionFunc {
	return func(cmd *cobra.Command, given []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		switch {
		case len(given) < at:
			return nil, cobra.ShellCompDirectiveDefault // a file
		case len(given) > at:
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		known, directive := p.knownTo(cmd, kindBackup)
		var found []cobra.Completion
		for _, k := range known {
			if strings.HasPrefix(k.id, typed) {
				found = append(found, cobra.CompletionWithDesc(k.id, k.about))
			}
		}
		for i, k := range known {
			first := slices.IndexFunc(known, func(other knownItem) bool { return other.name == k.name }) == i
			if first && k.name != "" && strings.HasPrefix(k.name, typed) && isWord(k.name) {
				found = append(found, cobra.CompletionWithDesc(k.name, "the newest of that name"))
			}
		}
		return found, directive
	}
}

// isWord reports whether a name can be completed as it is, and is taken for a name.
func isWord(name string) bool {
	return !strings.HasPrefix(name, "-") && !strings.HasPrefix(name, kindBackup.prefix+"_") && display.Visible(name) == name &&
		!strings.ContainsFunc(name, unicode.IsSpace)
}

// knownTo asks the server for what it keeps. Where it doesn't answer there is nothing to complete.
func (p *program) knownTo(cmd *cobra.Command, of kind) ([]knownItem, cobra.ShellCompDirective) {
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
	known, err := s.known(ctx, of, pageSize)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return known, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// knownItem is something that the server keeps. Only completed backups have a name here.
type knownItem struct{ id, name, about string }

// known lists the newest of them, at most as many as limit, or all if that is 0.
func (s *session) known(ctx context.Context, of kind, limit int) (all []knownItem, err error) {
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
			all = append(all, knownItem{item.ID, name, display.Visible(about)})
		}
		return nil
	})
	return all, err
}

// about is what a person knows something by. There is no request for a single key, so
// it is looked for among all.
func (s *session) about(ctx context.Context, of kind, id string) (string, error) {
	all, err := s.known(ctx, of, 0)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(all, func(k knownItem) bool { return k.id == id })
	if i < 0 {
		return "", of.none(id)
	}
	return id + "  " + all[i].about, nil
}
