package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/backlox/lox"
	"github.com/backlox/lox/webhooks"
)

// provers is how the database knows the master key.
type provers interface {
	MasterKeyProof(ctx context.Context) ([]byte, error)
	KeepMasterKeyProof(ctx context.Context, proof, former []byte) (bool, error)
	SomeSecrets(ctx context.Context, limit int) ([]lox.Webhook, error)
}

// someSecrets is how many secrets are tried where there is no proof yet. One that the key
// opens is enough: others may be of keys that were lost before.
const someSecrets = 100

// errWrongMasterKey is in the error of a start with another key than the secrets of
// webhooks are encrypted by.
var errWrongMasterKey = errors.New("the master key is not the one that the secrets of webhooks in this database are encrypted by")

// checkMasterKey fails unless the box has the key that the database has a proof of. The
// first server that has a key leaves one.
func (c config) checkMasterKey(ctx context.Context, db provers, box *webhooks.SecretBox) error {
	proof, err := db.MasterKeyProof(ctx)
	if err != nil {
		return err
	}
	if proof == nil {
		if err := c.checkBySecrets(ctx, db, box); err != nil {
			return err
		}
		if kept, err := db.KeepMasterKeyProof(ctx, box.Prove(), nil); err != nil || kept {
			return err
		}
		if proof, err = db.MasterKeyProof(ctx); err != nil { // of another server, which was faster
			return err
		}
	}
	if !box.Proves(proof) {
		return c.wrongMasterKey()
	}
	return nil
}

// checkBySecrets looks at what a version without proofs has left.
func (c config) checkBySecrets(ctx context.Context, db provers, box *webhooks.SecretBox) error {
	hooks, err := db.SomeSecrets(ctx, someSecrets)
	if err != nil || len(hooks) == 0 {
		return err
	}
	for _, w := range hooks {
		if _, err := box.Open(w.Secret, w.ID); err == nil {
			return nil
		}
	}
	return c.wrongMasterKey()
}

func (c config) wrongMasterKey() error {
	return fmt.Errorf("%s: %w: set the right one, also behind a new one, with a comma in between; "+
		"if it is lost, run lox rekey --key-lost, and have the secrets of all webhooks rotated", c.masterKeySource(), errWrongMasterKey)
}

// masterKeySource is where the master key comes from.
func (c config) masterKeySource() string {
	if c.MasterKey == "" {
		return c.masterKeyFile()
	}
	return "LOX_MASTER_KEY"
}

// renewProof has the proof made by the first key, like the secrets. One that no key proves
// is replaced only if the key that it was made by is lost.
func (c config) renewProof(ctx context.Context, db provers, box *webhooks.SecretBox, lost bool) error {
	proof, err := db.MasterKeyProof(ctx)
	if err != nil {
		return err
	}
	fresh, changed := box.Prove(), true
	if proof != nil && (!lost || box.Proves(proof)) {
		if fresh, changed, err = box.Reprove(proof); err != nil {
			return c.wrongMasterKey()
		}
	}
	if !changed {
		return nil
	}
	if kept, err := db.KeepMasterKeyProof(ctx, fresh, proof); err != nil || kept {
		return err
	}
	return errors.New("the master key is being changed by another command: run this one again")
}

// openSecrets returns what encrypts the secrets of webhooks. What could not be signed while
// the key was missing is sent at once.
func (h *app) openSecrets(ctx context.Context, cfg config, log *slog.Logger) (*webhooks.SecretBox, error) {
	box, err := cfg.secretBox()
	if err != nil {
		return nil, err
	}
	if err := cfg.checkMasterKey(ctx, h.db, box); err != nil {
		return nil, err
	}
	n, err := h.db.RetryUnsigned(ctx, time.Now())
	if n > 0 {
		log.InfoContext(ctx, "deliveries that could not be signed are tried again", "deliveries", n)
	}
	return box, err
}
