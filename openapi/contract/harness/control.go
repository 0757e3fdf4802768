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

// command is what a control step has the harness do.
type command struct {
	Name string `json:"name"`
	// ID is the id of a backup or a tenant.
	ID   string `json:"id"`
	Text string `json:"text"`
	Key  string `json:"key"`
	N    int64  `json:"n"`
}

// commands are the commands of control steps by name. Each changes a server, its
// stores or its tenants in a way that a client of the API can't.
var commands = map[string]func(*server, context.Context, command) error{
	// Connections to the database end, and new ones are refused.
	"stop-database":  func(s *server, _ context.Context, _ command) error { s.databaseProxy.setCut(true); return nil },
	"start-database": func(s *server, _ context.Context, _ command) error { s.databaseProxy.setCut(false); return nil },
	// The database answers, but has no tables.
	"break-database": execute("alter schema public rename to broken"),
	"mend-database":  execute("alter schema broken rename to public"),
	// Reads of stored files wait. The server still finds the files.
	"hold-storage":    func(s *server, _ context.Context, _ command) error { return s.files.delayReads(true) },
	"release-storage": func(s *server, _ context.Context, _ command) error { return s.files.delayReads(false) },
	// Replace the file of the backup `id` by `text`, or remove it, without the server.
	"replace-file": (*server).replaceFile,
	"remove-file":  (*server).removeFile,
	// Move the upload deadline of the backup `id` into the past.
	"pass-deadline": (*server).passDeadline,
	// A request with the Idempotency-Key `key` of the tenant `id` is in flight.
	"hold-idempotency-key":    (*server).holdIdempotencyKey,
	"release-idempotency-key": (*server).releaseIdempotencyKey,
	// Store 101 backups of one byte, each with another content type, with the API key
	// `key`.
	"store-many-types": (*server).storeManyTypes,
	// As the operator, suspend or resume the tenant `id`, put it on the plan `text`, or
	// set its quota to `n` bytes.
	"suspend-tenant": func(s *server, _ context.Context, c command) error {
		_, err := s.Admin("tenant", "suspend", c.ID)
		return err
	},
	"resume-tenant": func(s *server, _ context.Context, c command) error {
		_, err := s.Admin("tenant", "resume", c.ID)
		return err
	},
	"set-plan": func(s *server, _ context.Context, c command) error {
		_, err := s.Admin("tenant", "set-plan", c.ID, c.Text)
		return err
	},
	"set-quota": func(s *server, _ context.Context, c command) error {
		_, err := s.Admin("tenant", "set-quota", c.ID, strconv.FormatInt(c.N, 10))
		return err
	},
}

func execute(statement string) func(*server, context.Context, command) error {
	return func(s *server, ctx context.Context, _ command) error {
		_, err := s.db.ExecContext(ctx, statement)
		return err
	}
}

// control runs the command of a control step.
func (s *server) control(ctx context.Context, fields map[string]any) error {
	content, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	var c command
	if err := json.Unmarshal(content, &c); err != nil {
		return err
	}
	do, known := commands[c.Name]
	if !known {
		return fmt.Errorf("control: nc command %q", c.Name)
	}
	return do(s, ctx, c)
}

// objectKey is the key under which the file store has the file of a backup.
func (s *server) objectKey(ctx context.Context, id string) (string, error) {
	b := lox.Backup{}
	if err := b.ID.UnmarshalText([]byte(id)); err != nil {
		return "", err
	}
	err := s.db.QueryRowContext(ctx, "select tenant_id from backups where id = $1", b.ID).Scan(&b.Tenant)
	return b.ObjectKey(), err
}

func (s *server) replaceFile(ctx context.Context, c command) error {
	key, err := s.objectKey(ctx, c.ID)
	if err != nil {
		return err
	}
	return s.files.put(ctx, key, c.Text)
}

func (s *server) removeFile(ctx context.Context, c command) error {
	key, err := s.objectKey(ctx, c.ID)
	if err != nil {
		return err
	}
	return s.files.remove(ctx, key)
}

func (s *server) storeManyTypes(ctx context.Context, c command) error {
	api, err := client.NewClientWithResponses(s.URL, client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+c.Key)
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

func (s *server) passDeadline(ctx context.Context, c command) error {
	var id lox.BackupID
	if err := id.UnmarshalText([]byte(c.ID)); err != nil {
		return err
	}
	_, err := s.db.ExecContext(ctx, `update backups set upload_expires_at = now() - interval '1 hour', deadline = now() - interval '1 second'
where id = $1`, id)
	return err
}

// holdIdempotencyKey takes the lock that a request with the key holds from its
// beginning to its end.
func (s *server) holdIdempotencyKey(ctx context.Context, c command) error {
	var tenant lox.TenantID
	if err := tenant.UnmarshalText([]byte(c.ID)); err != nil {
		return err
	}
	var err error
	// The transaction lasts until release-idempotency-key.
	if s.idempotencyKeyLock, err = s.db.BeginTx(context.WithoutCancel(ctx), nil); err != nil {
		return err
	}
	_, err = s.idempotencyKeyLock.ExecContext(ctx, "select pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2, 0))", tenant, c.Key)
	return err
}

func (s *server) releaseIdempotencyKey(context.Context, command) error {
	if s.idempotencyKeyLock == nil {
		return errors.New("no key is held")
	}
	return s.idempotencyKeyLock.Rollback()
}
