package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/backlox/lox"
	"github.com/backlox/lox/store"
	"github.com/backlox/lox/store/pgembed"
)

// doctorOptions are the flags of lox doctor.
type doctorOptions struct {
	repair, asJSON bool
	// deleteStrays deletes objects that belong to no backup. acceptLoss marks backups lost even if they are
	// most of all. confirmRestore ends the hold after a restore.
	deleteStrays, acceptLoss, confirmRestore bool
	// minAge is the minimum age of an object without a backup to be reported.
	minAge time.Duration
}

// doctor checks one installation.
type doctor struct {
	doctorOptions

	cfg config
	log *slog.Logger
	*report

	// db and objects are nil if they can't be reached, or if this program can't compare them.
	db      *store.Inspector
	objects lox.ObjectLister
	// unversioned means that the bucket has no versions.
	unversioned bool
	// operator is the actor of repairs in the record of changes.
	operator lox.Actor
}

func doctorCommand() *cobra.Command {
	var o doctorOptions
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check an installation, and say what to do about what is wrong",
		Long: `Check the database, the files or the bucket, Redis, the clocks and the free space,
and say what to do about what is found. Servers may run meanwhile. The schema is never
migrated. A bucket is tried with one small object, which is deleted again.

With --repair, wrong counters are counted again. Meanwhile no backup can be changed:
that takes about a second for 200,000 backups. A backup whose object has other versions
than the verified one, as after a copy of the bucket, gets the one that has its checksum.
If none has it, or there is no object, the backup is marked lost: it fails, and no longer
counts against the quota. If that would be most backups, --accept-loss is needed. The
server deletes versions that no backup needs a day later.

Objects that belong to no backup are kept: after a restore of the database they are what
was uploaded since. With --delete-strays they are deleted a day later, if they are older
than --min-age and fewer than those that do belong to one.

After a restore, servers neither expire uploads nor delete objects until
--confirm-restore says that database and storage are those that are to be used.

The exit code is 0 if nothing is wrong, though there may be warnings, and else 1.`,
		Example: `  lox doctor
  lox doctor --json | jq -r 'select(.status == "wrong") | .message'
  lox doctor --repair
  lox doctor --confirm-restore`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.minAge < 0 {
				return fmt.Errorf("--min-age %s: must not be negative; for example 24h", o.minAge)
			}
			if (o.deleteStrays || o.acceptLoss) && !o.repair {
				return errors.New("--delete-strays and --accept-loss: need --repair")
			}
			cfg, err := loadConfig(config.checkObjects)
			if err != nil {
				return err
			}
			if cfg.LogLevel == slog.LevelInfo {
				// PostgreSQL's messages at its start and stop would hide the answer.
				cfg.LogLevel = slog.LevelWarn
			}
			d := &doctor{doctorOptions: o, cfg: cfg, log: cfg.logger(cmd.ErrOrStderr()), report: &report{out: cmd.OutOrStdout(), asJSON: o.asJSON}, operator: lox.Operator(cmd.CommandPath())}
			return d.run(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&o.repair, "repair", false, "mend counters, pin versions by their checksums, mark lost backups, have versions deleted that no backup needs")
	cmd.Flags().BoolVar(&o.deleteStrays, "delete-strays", false, "with --repair: have objects deleted that belong to no backup")
	cmd.Flags().BoolVar(&o.acceptLoss, "accept-loss", false, "with --repair: mark backups lost, even if they are most of all")
	cmd.Flags().BoolVar(&o.confirmRestore, "confirm-restore", false, "have servers expire uploads and delete objects again after a restore")
	cmd.Flags().DurationVar(&o.minAge, "min-age", 24*time.Hour, "age below which an object that belongs to no backup is let be")
	cmd.Flags().BoolVar(&o.asJSON, "json", false, `print JSON, a line for each check and each finding: {"check", "status", "message", "advice", …}`)
	return cmd
}

// run makes all checks. A check that fails doesn't prevent the others.
func (d *doctor) run(ctx context.Context) (err error) {
	leave := d.checkDatabase(ctx)
	defer func() { err = errors.Join(err, leave()) }()
	if d.cfg.embeddedS3() {
		d.checkDisk(ctx)
	} else {
		defer d.checkBucket(ctx)()
	}
	d.checkRedis(ctx)
	if d.db != nil {
		d.checkCounters(ctx)
	}
	if d.db != nil && d.objects != nil {
		d.checkObjects(ctx)
		d.checkRestore(ctx)
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case d.err != nil:
		return d.err
	case d.wrong == 1:
		return errors.New("1 problem was found")
	case d.wrong > 1:
		return fmt.Errorf("%d problems were found", d.wrong)
	}
	return nil
}

// checkDatabase connects to the database for the checks that follow.
func (d *doctor) checkDatabase(ctx context.Context) (leave func() error) {
	c := d.check("database")
	db, leave, err := d.reach(ctx)
	if err != nil {
		c.end(wrong, reason(err), "Without the database, schema, counters, backups and objects can't be checked. "+
			"LOX_DATABASE_URL must name the database of the servers, or LOX_DATA_DIR their data directory.")
		return leave
	}
	version, err := db.Version(ctx)
	if err != nil {
		c.end(wrong, reason(err), "")
		return leave
	}
	c.end(right, "PostgreSQL "+version+" answers", "")
	d.checkClock(ctx, "PostgreSQL", db.Clock, 0)
	if d.checkSchema(ctx, db) {
		d.db = db
	}
	return leave
}

// reach connects to the database, whether or not a server runs. leave is never nil.
func (d *doctor) reach(ctx context.Context) (db *store.Inspector, leave func() error, err error) {
	none := func() error { return nil }
	if d.cfg.embeddedDatabase() && !exists(d.cfg.postgresDir()) {
		return nil, none, fmt.Errorf("there is none in %s", d.cfg.DataDir)
	}
	err = reachPostgres(ctx, d.cfg, d.log, func(dsn string, server *pgembed.Server) error {
		below := &database{server: server}
		var err error
		if db, err = store.Inspect(ctx, store.Config{DSN: dsn, MaxConns: doctorConns}); err != nil {
			return errors.Join(err, below.stopServer())
		}
		leave = func() error { return errors.Join(db.Close(), below.leaveServer()) }
		return nil
	})
	if err != nil {
		return nil, none, err
	}
	return db, leave, nil
}

// doctorConns is how many connections doctor needs: one to record purges, and one to look for the backups.
const doctorConns = 2

// checkSchema reports whether this program can compare the contents of the database.
func (d *doctor) checkSchema(ctx context.Context, db *store.Inspector) (comparable bool) {
	c := d.check("schema")
	s, err := db.Schema(ctx)
	switch {
	case err != nil:
		c.end(wrong, reason(err), "")
	case s.Version == 0:
		c.end(wrong, "this is no database of LOX", "LOX_DATABASE_URL must name the database of the servers. If it is to become one, "+
			"lox serve or lox migrate makes its tables.")
	case len(s.Missing) > 0:
		c.end(doubtful, fmt.Sprintf("version %d is older than this lox; missing: %s", s.Version, numbers(s.Missing)),
			"Counters, backups and objects were not checked. If the servers are to be of this version, start them or run lox migrate; "+
				"if not, run the lox doctor of their version.")
	case len(s.Unknown) > 0:
		c.end(doubtful, fmt.Sprintf("version %d is newer than this lox; unknown: %s", s.Version, numbers(s.Unknown)),
			"Counters, backups and objects were not checked. Run the lox doctor of the servers' version; servers of this version must not "+
				"be started.")
	default:
		c.end(right, fmt.Sprintf("version %d, that of this lox", s.Version), "")
		return true
	}
	return false
}

// repairable is the verdict on a finding that --repair repairs.
func (d *doctor) repairable() verdict {
	if d.repair {
		return doubtful
	}
	return wrong
}

// checkCounters compares the counters with the actual numbers, and with --repair corrects them.
func (d *doctor) checkCounters(ctx context.Context) {
	c := d.check("counters")
	n, err := d.db.CompareCounters(ctx, func(diff store.Difference) error {
		c.find(newCounterOut(d.repairable(), diff))
		return d.err
	})
	was := fmt.Sprintf("%s counted for %s: ", count(n.Backups, "backup"), count(n.Tenants, "tenant"))
	switch {
	case err != nil:
		c.end(wrong, reason(err), "")
		return
	case n.Differences == 0:
		c.end(right, was+"all are right", "")
		return
	case !d.repair:
		c.end(wrong, was+plural(n.Differences, "one differs", "%d differ"),
			"Quotas, totals of lists and statistics are taken from them. To have them mended: lox doctor --repair. "+
				"Something has changed them by hand, or kept the triggers of the table backups from counting: find out what.")
		return
	}
	if err := d.db.RecountBackups(ctx); err != nil {
		c.end(wrong, fmt.Sprintf("%s%s, and could not be mended: %s", was, plural(n.Differences, "one differs", "%d differ"), reason(err)), "")
		return
	}
	again, err := d.db.CompareCounters(ctx, func(diff store.Difference) error {
		c.find(newCounterOut(wrong, diff))
		return d.err
	})
	switch {
	case err != nil:
		c.end(wrong, reason(err), "")
	case again.Differences > 0:
		c.end(wrong, was+plural(again.Differences, "one differs", "%d differ")+" also after a recount",
			"The triggers of the table backups don't count, or something else changes the counters. Compare the functions and triggers "+
				"with those of a new database.")
	default:
		c.end(doubtful, was+plural(n.Differences, "one differed, and is mended", "%d differed, and are mended"),
			"Something has changed them by hand, or kept the triggers of the table backups from counting: find out what.")
	}
}
