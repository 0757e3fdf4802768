package disk

import (
	"context"
	"errors"
	"time"

	"github.com/backlox/lox"
)

// watch ends uploads whose backups no longer wait for them. StopUpload covers only the backups that this process
// deletes, not those that an operator's command deletes: without watch, a client could continue to send, and use
// disk space, for hours. An upload is checked only if it runs longer than a tick, so most uploads never are. The
// checks run one after the other, so they put little load on the database however many uploads there are.
func (s *Store) watch(ctx context.Context) {
	tick := time.NewTicker(s.cfg.Recheck)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s.endUnwanted(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// recheckTimeout bounds one query of the database.
const recheckTimeout = 5 * time.Second

func (s *Store) endUnwanted(ctx context.Context) {
	for key, uploads := range s.ledger.lasting() {
		within, cancel := context.WithTimeout(ctx, recheckTimeout)
		_, err := s.pendingPartSize(within, key)
		cancel()
		switch {
		case errors.Is(err, errUnwanted), lox.CodeOf(err) == lox.CodeBackupNotFound:
			for _, e := range uploads {
				e.cancel(errDeleted)
			}
		case err != nil && !errors.Is(err, errStored):
			return // the database can't be reached: the next tick tries again
		}
	}
}
