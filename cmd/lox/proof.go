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

// provers is the store of the proof by which the database recognizes the master key.
type provers interface {
	MasterKeyProof(ctx context.Context) ([]byte, error)
	KeepMasterKeyProof(ctx context.Context, proof, former []byte) (bool, error)
	SomeSecrets(ctx context.Context, limit int) ([]lox.Webhook, error)
}

// someSecrets is how many secrets are tried if there is no proof yet. If the key opens one, that is enough:
// the others may be encrypted by keys that were lost before.
const someSecrets = 100

// errWrongMasterKey is in the error of a start with a key other than the one that encrypted the secrets of
// webhooks.
var errWrongMasterKey = errors.New("the master key is not the one that the secrets of webhooks in this database are encrypted with")

// checkMasterKey fails unless the box has the key of the proof in the database. The first server with a key
// stores the proof.
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
		if proof, err = db.MasterKeyProof(ctx); err != nil { // another server stored its proof first
			return err
		}
	}
	if !box.Proves(proof) {
		return c.wrongMasterKey()
	}
	return nil
}

// checkBySecrets tries the key on the secrets of webhooks, for a database of a version without proofs.
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
	return fmt.Errorf("%s: %w: set the right one, or append it to a new one after a comma; "+
		"if it is lost, run lox rekey --key-lost, and have the secrets of all webhooks rotated", c.masterKeySource(), errWrongMasterKey)
}

// masterKeySource returns the file or the variable that holds the master key.
func (c config) masterKeySource() string {
	if c.MasterKey == "" {
		return c.masterKeyFile()
	}
	return "LOX_MASTER_KEY"
}

// renewProof replaces the proof by one of the first key, which also encrypts the secrets. If no key matches
// the proof, it is replaced only if the key that made it is lost.
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

// openSecrets returns the box that encrypts the secrets of webhooks. Deliveries that could not be signed
// while the key was missing are tried again at once.
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
