package client

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox/cmd/lox/internal/display"
	api "github.com/backlox/lox/gen/client"
)

func (p *program) keysCommand() *cobra.Command {
	return group(&cobra.Command{
		Use:   "keys",
		Short: "Manage API keys",
		Long: `Manage the API keys of your tenant. A key is shown once, when it is created;
after that, only its beginning and its end are shown.`,
	}, p.keysListCommand(), p.keysCreateCommand(), p.keysRotateCommand(), p.keysRevokeCommand())
}

func (p *program) keysListCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ls",
		Short: "List API keys",
		Long: `List API keys: how they begin and end, what they may do, when they were last
used and when they expire. Times are in UTC.`,
		Example: `  lox keys ls
  lox keys ls --json | jq -r 'select(.last_used_at == null) | .id'`,
		Args: cobra.NoArgs,
		RunE: p.run(func(ctx context.Context, s *session, _ []string) error {
			_, err := s.list("api_keys", 0, func(at page) (*http.Response, error) {
				return s.api.ListAPIKeys(ctx, &api.ListAPIKeysParams{Limit: &at.limit, Offset: &at.offset})
			}, s.showKeys)
			return err
		}),
	}
	jsonFlag(cmd, "each key on a line of its own")
	return cmd
}

// showKeys prints a few lines for each key: a single line would be too long for a terminal.
func (s *session) showKeys(items []json.RawMessage) error {
	if s.asJSON {
		return s.printJSON(items...)
	}
	var text strings.Builder
	for _, raw := range items {
		var k api.APIKey
		if err := json.Unmarshal(raw, &k); err != nil {
			return err
		}
		first := k.ID + "  " + display.Visible(k.Prefix+"…"+k.Last4) + "  "
		text.WriteString(strings.TrimRight(first+s.fit(display.Visible(k.Name), len(k.ID)+2+keyShown+2, minNameWidth), " "))
		text.WriteString("\n    may: " + scopes(k.Scopes))
		used := "never used"
		if !k.LastUsedAt.IsZero() {
			used = "last used " + minute(k.LastUsedAt)
		}
		text.WriteString("\n    created " + minute(k.CreatedAt) + ", " + used)
		if !k.ExpiresAt.IsZero() {
			word := "expires "
			if !k.ExpiresAt.After(s.now()) {
				word = "expired "
			}
			text.WriteString("\n    " + word + minute(k.ExpiresAt))
			if k.ReplacedBy != "" {
				text.WriteString(", rotated to " + display.Visible(k.ReplacedBy))
			}
		}
		text.WriteByte('\n')
	}
	return s.print(text.String())
}

// keyShown is how many columns of a key are shown, such as lox_3fK9…bpE8.
const keyShown = 13

func scopes(all api.Scopes) string {
	if len(all) == 0 {
		return "everything"
	}
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = display.Visible(string(s))
	}
	return strings.Join(names, " ")
}

func (p *program) keysCreateCommand() *cobra.Command {
	var (
		name    string
		given   []string
		expires timeFlag
	)
	cmd := &cobra.Command{
		Use:   "create",
		Short: "Create an API key, which is shown this once",
		Long: `Create an API key, which is shown this once. Without --scope it may do
everything that the key in use may; it can't be given more. With --quiet the
key alone is printed.`,
		Example: `  lox keys create --name nightly --scope backups:write
  lox keys create --name audit --scope events:read --expires 2024-12-31
  (umask 077; lox keys create --quiet --scope backups:write > key-file)`,
		Args: cobra.NoArgs,
		RunE: p.run(func(ctx context.Context, s *session, _ []string) error {
			request := api.CreateAPIKeyRequest{Name: name, ExpiresAt: expires.Time}
			for _, scope := range given {
				request.Scopes = append(request.Scopes, api.Scope(scope))
			}
			k, raw, err := read[api.CreatedAPIKey](s.api.CreateAPIKey(ctx, request))
			if err != nil {
				return err
			}
			return s.showNewKey(k.Key, raw,
				[]string{"ID", k.ID}, []string{"Name", display.Visible(k.Name)}, []string{"May", scopes(k.Scopes)}, []string{"Expires", expiry(k.ExpiresAt)})
		}),
	}
	cmd.Flags().StringVar(&name, "name", "", "what the key is called, up to 255 characters")
	cmd.Flags().StringSliceVar(&given, "scope", nil, "what it may do, such as backups:write; may be repeated")
	cmd.Flags().Var(&expires, "expires", "the last day or the time until which it works, such as 2030-01-15 or 2030-01-15T10:30:00Z")
	jsonFlag(cmd, "the key")
	_ = cmd.RegisterFlagCompletionFunc("scope", words("backups:read", "backups:write", "backups:delete", "storage:read",
		"tenant:read", "tenant:write", "keys:write", "webhooks:write", "events:read"))
	return cmd
}

func expiry(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return timestamp(t)
}

// showNewKey prints a new key, the only time it is shown.
func (s *session) showNewKey(key string, raw json.RawMessage, rows ...[]string) error {
	switch {
	case s.asJSON:
		return s.printJSON(raw)
	case s.quiet:
		return s.print(key + "\n")
	}
	return s.print(columns(append(rows, []string{"API key", key})...) + "\nThe key is shown this once. Keep it secret.\n")
}

func (p *program) keysRotateCommand() *cobra.Command {
	var (
		overlap time.Duration
		expires timeFlag
	)
	cmd := &cobra.Command{
		Use:   "rotate ID",
		Short: "Replace an API key by a new one, which is shown this once",
		Long: `Replace an API key by a new one with the same name and scopes, which is shown
this once. The old key goes on to work for a day, or for --overlap, at most
720h, so that the new one can be put in place. With --quiet the new key alone
is printed.

If that is the key that lox login keeps, log in with the new one.`,
		Example: `  lox keys rotate key_01hm65jqm0evqa6gf4bda1gwb9 --overlap 168h
  lox keys rotate key_01hm65jqm0evqa6gf4bda1gwb9 --overlap 0s   # it has leaked`,
		Args: args(1, 1),
		RunE: p.run(func(ctx context.Context, s *session, args []string) error {
			if err := kindKey.check(args[0]); err != nil {
				return err
			}
			if overlap%time.Second != 0 {
				return usagef("--overlap %s: want whole seconds", overlap)
			}
			request := api.RotateAPIKeyRequest{ExpiresAt: expires.Time}
			if s.cmd.Flags().Changed("overlap") {
				request.OverlapSeconds = new(int(overlap / time.Second))
			}
			k, raw, err := read[api.RotatedAPIKey](s.api.RotateAPIKey(ctx, args[0], request))
			if err != nil {
				return kindKey.missing(args[0], err)
			}
			return s.showNewKey(k.Key, raw, []string{"ID", k.ID}, []string{"Name", display.Visible(k.Name)}, []string{"May", scopes(k.Scopes)},
				[]string{"Expires", expiry(k.ExpiresAt)}, []string{"Old key", k.Replaces + " works until " + timestamp(k.OverlapEndsAt)})
		}),
	}
	cmd.Flags().DurationVar(&overlap, "overlap", 24*time.Hour, "how long the old key still works")
	cmd.Flags().Var(&expires, "expires", "the last day or the time until which the new key works")
	jsonFlag(cmd, "the new key")
	cmd.ValidArgsFunction = p.completeIDs(1, kindKey)
	return cmd
}

func (p *program) keysRevokeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "revoke ID...",
		Short: "Revoke API keys, which cease to work at once",
		Long: `Revoke API keys, which cease to work at once. At a terminal it shows which and
asks; elsewhere it needs --yes.`,
		Example: `  lox keys revoke key_01hm65jqm0evqa6gf4bda1gwb9`,
		Args:    args(1, 0),
		RunE: p.run(func(ctx context.Context, s *session, ids []string) error {
			return s.destroy(ctx, destruction{
				kind: kindKey, ids: ids, verb: "Revoke", done: "Revoked",
				about: func(ctx context.Context, id string) (string, error) {
					return s.about(ctx, kindKey, id)
				},
				do: func(id string) (*http.Response, error) { return s.api.RevokeAPIKey(ctx, id) },
			})
		}),
	}
	yesFlag(cmd)
	jsonFlag(cmd, "what was revoked, each on a line of its own")
	cmd.ValidArgsFunction = p.completeIDs(0, kindKey)
	return cmd
}
