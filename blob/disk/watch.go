package disk

import (
	"context"
	"errors"
	"time"

	"github.com/backlox/lox"
)

// watch ends uploads whose backups wait for them no longer: StopUpload tells only of
// those that this process deletes, not of an operator's commands, and a client could
// go on sending, and take up room, for hours. An upload is checked when it outlives
// a tick, so most never are, and one after the other, so that the database has little
// to do however many there are.
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

// recheckTimeout bounds one question to the database.
const recheckTimeout = 5 * time.Second

func (s *Store) endUnwanted(ctx context.Context) {
	for key, uploads := range s.ledger.lasting() {
		within, cancel := context.WithTimeout(ctx, recheckTimeout)
		_, err := s.waits(within, key)
		cancel()
		switch {
		case errors.Is(err, errUnwanted), lox.CodeOf(err) == lox.CodeBackupNotFound:
			for _, e := range uploads {
				e.cancel(errDeleted)
			}
		case err != nil && !errors.Is(err, errStored):
			return // the database is away: after another tick it may be back
		}
	}
}
