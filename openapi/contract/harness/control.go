package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/backlox/lox"
	"github.com/backlox/lox/gen/client"
)

// order is what a control step asks for.
type order struct {
	Name string `json:"name"`
	// ID is that of a backup, a tenant or a webhook.
	ID   string `json:"id"`
	Text string `json:"text"`
	Key  string `json:"key"`
	N    int64  `json:"n"`
}

// orders are the names that control steps may use. Each does something to a
// server, its stores or its tenants that no client of the API can do.
var orders = map[string]func(*server, context.Context, order) error{
	// The database is away: connections end, and new ones are refused.
	"stop-database":  func(s *server, _ context.Context, _ order) error { s.database.cut(true); return nil },
	"start-database": func(s *server, _ context.Context, _ order) error { s.database.cut(false); return nil },
	// The database answers, but nothing is where it was.
	"break-database": execute("alter schema public rename to broken"),
	"mend-database":  execute("alter schema broken rename to public"),
	// The store of files knows what it has, and doesn't give it, for a while.
	"hold-storage":    func(s *server, _ context.Context, _ order) error { return s.files.hold(true) },
	"release-storage": func(s *server, _ context.Context, _ order) error { return s.files.hold(false) },
	// The file of the backup `id` is replaced by `text`, or removed, behind LOX's
	// back.
	"replace-file": (*server).replaceFile,
	"remove-file":  (*server).removeFile,
	// The deadline of the upload of the backup `id` has passed.
	"pass-deadline": (*server).passDeadline,
	// A request with the Idempotency-Key `key` of the tenant `id` is under way.
	"hold-idempotency-key":    (*server).holdIdempotencyKey,
	"release-idempotency-key": (*server).releaseIdempotencyKey,
	// 101 backups of one byte, each of another content type, by the API key `key`.
	"store-many-types": (*server).storeManyTypes,
	// The operator suspends the tenant `id`, lets it go on, puts it on the plan
	// `text`, or gives it a quota of `n` bytes.
	"suspend-tenant": func(s *server, _ context.Context, o order) error {
		_, err := s.Admin("tenant", "suspend", o.ID)
		return err
	},
	"resume-tenant": func(s *server, _ context.Context, o order) error {
		_, err := s.Admin("tenant", "resume", o.ID)
		return err
	},
	"set-plan": func(s *server, _ context.Context, o order) error {
		_, err := s.Admin("tenant", "set-plan", o.ID, o.Text)
		return err
	},
	"set-quota": func(s *server, _ context.Context, o order) error {
		_, err := s.Admin("tenant", "set-quota", o.ID, strconv.FormatInt(o.N, 10))
		return err
	},
}

func execute(statement string) func(*server, context.Context, order) error {
	return func(s *server, ctx context.Context, _ order) error {
		_, err := s.db.ExecContext(ctx, statement)
		return err
	}
}

// control does what a control step asks for.
func (s *server) control(ctx context.Context, asked map[string]any) error {
	content, err := json.Marshal(asked)
	if err != nil {
		return err
	}
	var o order
	if err := json.Unmarshal(content, &o); err != nil {
		return err
	}
	do, known := orders[o.Name]
	if !known {
		return fmt.Errorf("no order %q", o.Name)
	}
	return do(s, ctx, o)
}

// object is where the file of a backup is kept.
func (s *server) object(ctx context.Context, id string) (string, error) {
	b := lox.Backup{}
	if err := b.ID.UnmarshalText([]byte(id)); err != nil {
		return "", err
	}
	err := s.db.QueryRowContext(ctx, "select tenant_id from backups where id = $1", b.ID).Scan(&b.Tenant)
	return b.ObjectKey(), err
}

func (s *server) replaceFile(ctx context.Context, o order) error {
	key, err := s.object(ctx, o.ID)
	if err != nil {
		return err
	}
	return s.files.put(ctx, key, o.Text)
}

func (s *server) removeFile(ctx context.Context, o order) error {
	key, err := s.object(ctx, o.ID)
	if err != nil {
		return err
	}
	return s.files.remove(ctx, key)
}

func (s *server) storeManyTypes(ctx context.Context, o order) error {
	api, err := client.NewClientWithResponses(s.URL, client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+o.Key)
		return nil
	}))
	if err != nil {
		return err
	}
	for n := range 101 {
		body := client.CreateBackupRequest{Name: "one of many types", SizeBytes: 1, ContentType: fmt.Sprintf("application/x-%d", n)}
		created, err := api.CreateBackupWithResponse(ctx, nil, body)
		if err != nil {
			return err
		}
		if created.JSON201 == nil {
			return fmt.Errorf("create: %s", created.Body)
		}
		put, err := http.NewRequestWithContext(ctx, http.MethodPut, created.JSON201.UploadURL, strings.NewReader("x"))
		if err != nil {
			return err
		}
		put.Header.Set("Content-Type", body.ContentType)
		stored, err := http.DefaultClient.Do(put)
		if err != nil {
			return err
		}
		_ = stored.Body.Close()
		completed, err := api.CompleteBackupWithResponse(ctx, created.JSON201.ID, client.CompleteBackupRequest{})
		if err != nil {
			return err
		}
		if completed.JSON200 == nil {
			return fmt.Errorf("complete: %s", completed.Body)
		}
	}
	return nil
}

func (s *server) passDeadline(ctx context.Context, o order) error {
	var id lox.BackupID
	if err := id.UnmarshalText([]byte(o.ID)); err != nil {
		return err
	}
	_, err := s.db.ExecContext(ctx, `update backups set upload_expires_at = now() - interval '1 hour', deadline = now() - interval '1 second'
where id = $1`, id)
	return err
}

// holdIdempotencyKey takes the lock that a request with the key has from its
// beginning to its end.
func (s *server) holdIdempotencyKey(ctx context.Context, o order) error {
	var tenant lox.TenantID
	if err := tenant.UnmarshalText([]byte(o.ID)); err != nil {
		return err
	}
	var err error
	// It outlives the order.
	if s.holding, err = s.db.BeginTx(context.WithoutCancel(ctx), nil); err != nil {
		return err
	}
	_, err = s.holding.ExecContext(ctx, "select pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2, 0))", tenant, o.Key)
	return err
}

func (s *server) releaseIdempotencyKey(context.Context, order) error {
	if s.holding == nil {
		return errors.New("no key is held")
	}
	return s.holding.Rollback()
}
