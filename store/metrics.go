package store

import (
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// statementSeconds observe the durations of the statements of one pool, reads and writes apart.
type statementSeconds struct{ reads, writes prometheus.Observer }

// newStatementSeconds returns a function that returns the statementSeconds of a pool.
func newStatementSeconds(registry prometheus.Registerer) func(pool string) statementSeconds {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "lox_db_statement_seconds",
		Help: "How long PostgreSQL took to begin its answer to a prepared statement, the commit of a single one included, " +
			"by the pool of connections and by what it does: read or write.",
		Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"pool", "kind"})
	if registry != nil {
		registry.MustRegister(seconds)
	}
	return func(pool string) statementSeconds {
		return statementSeconds{reads: seconds.WithLabelValues(pool, "read"), writes: seconds.WithLabelValues(pool, "write")}
	}
}

// of returns the observer for a statement. Statements that lock rows count as writes.
func (s statementSeconds) of(query string) prometheus.Observer {
	for _, word := range []string{"insert into ", "update ", "delete from "} {
		if strings.Contains(query, word) {
			return s.writes
		}
	}
	return s.reads
}

// observe observes the duration of a statement. seconds is nil on connections outside of the
// pools.
func observe(seconds prometheus.Observer, began time.Time) {
	if seconds != nil {
		seconds.Observe(time.Since(began).Seconds())
	}
}

// failureReasons are all results of failureReason except "".
var failureReasons = []string{"deadlock", "disk_full", "no_connection", "no_memory", "read_only", "restarting", "silent", "unreachable"}

// newFailures returns a function that counts failures of PostgreSQL.
func newFailures(registry prometheus.Registerer) func(error) {
	failed := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "lox_db_failed_total",
		Help: "Calls that PostgreSQL failed and connections that it did not take, by the reason. What is wrong with a statement itself is not among them.",
	}, []string{"reason"})
	for _, reason := range failureReasons { // create all series at the start, so that the first failure is an increase
		failed.WithLabelValues(reason)
	}
	if registry != nil {
		registry.MustRegister(failed)
	}
	return func(err error) {
		if reason := failureReason(err); reason != "" {
			failed.WithLabelValues(reason).Inc()
		}
	}
}

// poolCollector collects the use of connections at the time of a scrape.
type poolCollector struct{ *Store }

var (
	poolInUse = prometheus.NewDesc("lox_db_pool_in_use", "Connections to PostgreSQL that are in use.", []string{"pool"}, nil)
	poolOpen  = prometheus.NewDesc("lox_db_pool_open", "Connections to PostgreSQL that there are, idle ones included.", []string{"pool"}, nil)
	poolLimit = prometheus.NewDesc("lox_db_pool_limit",
		"Connections to PostgreSQL that there may be at the moment: fewer than configured while PostgreSQL refuses further ones.", []string{"pool"}, nil)
	poolWait = prometheus.NewDesc("lox_db_pool_wait_seconds_total",
		"How long calls have waited for a connection to PostgreSQL, all together.", []string{"pool"}, nil)
)

// Describe implements prometheus.Collector.
func (poolCollector) Describe(to chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{poolInUse, poolOpen, poolLimit, poolWait} {
		to <- desc
	}
}

// Collect implements prometheus.Collector.
func (c poolCollector) Collect(to chan<- prometheus.Metric) {
	for _, p := range c.poolStats() {
		to <- prometheus.MustNewConstMetric(poolInUse, prometheus.GaugeValue, float64(p.InUse), p.Name)
		to <- prometheus.MustNewConstMetric(poolOpen, prometheus.GaugeValue, float64(p.Open), p.Name)
		to <- prometheus.MustNewConstMetric(poolLimit, prometheus.GaugeValue, float64(p.Limit), p.Name)
		to <- prometheus.MustNewConstMetric(poolWait, prometheus.CounterValue, p.Waited.Seconds(), p.Name)
	}
}
