package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/backlox/lox/blob/blobtest/miniotest"
)

// tool stores something and fetches it, by commands of the shell. In these, $source is what is
// stored, $key its name in a round, $to where it is fetched, and $store a directory of the tool.
type tool struct {
	name              string
	server            *child
	bars              []bar
	env               environment
	begin, push, pull string
	clear             string // removes what was pushed,
	cleared           func() // and waits until it is removed
	fetched           string // where below $to the source is, if it isn't $to
}

// The sources are random, so that no tool gains by compressing or by finding the same bytes twice. The files of the
// directory are small, so that it shows what each costs.
func (b *bench) peersFile() {
	writeRandom(b.path("source"), 1<<30)
	b.comparePeers("1 GiB", 1<<30, false)
}

func (b *bench) peersDirectory() {
	const files, size = 10_000, 4 << 10
	for i := range files {
		dir := b.path("source", strconv.Itoa(i/100))
		check(os.MkdirAll(dir, 0o700))
		writeRandom(filepath.Join(dir, strconv.Itoa(i%100)), size)
	}
	b.comparePeers("10,000 x 4 KiB", files*size, true)
}

// comparePeers has every tool push the source in turns, and then pull it. What it pushed is removed after each round but the
// last one. The files of a directory stay until the end: for minutes after files were removed, ext4 looks for other
// inodes than theirs, and the next tool that creates thousands of files would spend most of its time with that.
func (b *bench) comparePeers(name string, size float64, directory bool) {
	b.closing(func() error { return os.RemoveAll(b.path("source")) })
	rounds := b.roundsOf(5)
	push := contest{name: "push " + name, unit: "MB/s", rounds: rounds}
	pull := contest{name: "pull " + name, unit: "MB/s", rounds: rounds}
	for i, t := range b.tools(directory) {
		home := b.path("peers", strconv.Itoa(i))
		maps.Copy(t.env, environment{"source": b.path("source"), "HOME": home, "store": filepath.Join(home, "store")})
		check(os.MkdirAll(t.env["store"], 0o700))
		b.closing(func() error { return os.RemoveAll(home) })
		measured := func(text string) func(int) turn {
			return func(int) turn {
				// 5 has VmHWM begin anew: see proc_pid_clear_refs(5).
				_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", t.server.pid), []byte("5"), 0)
				done := b.shell(t.env, text)
				done.units, done.serverPeak = size/1e6, t.server.memory("VmHWM")
				return done
			}
		}
		of := contender{name: t.name, of: t.server, bars: t.bars, turn: measured(t.push)}
		of.before = flushed(func(round int) {
			t.env["key"] = "key-" + strconv.Itoa(round)
			b.shell(t.env, t.begin)
		})
		of.after = func(round int) {
			if !directory && round < rounds {
				b.shell(t.env, t.clear)
				t.cleared()
			}
		}
		push.contenders = append(push.contenders, of)
		of.turn = measured(t.pull)
		of.before = flushed(func(round int) { t.env["to"] = filepath.Join(home, "fetched-"+strconv.Itoa(round)) })
		of.after = func(int) {
			b.shell(t.env, "diff -r $source $to"+t.fetched) // a tool that does less than it should must not look fast
			if !directory {
				check(os.RemoveAll(t.env["to"]))
			}
		}
		pull.contenders = append(pull.contenders, of)
	}
	b.compete(push)
	b.compete(pull)
}

// shell runs commands, and returns what they took.
func (b *bench) shell(env environment, text string) (used turn) {
	cmd := exec.CommandContext(b.ctx, "sh", "-ec", text)
	cmd.Env = []string{"LANG=C.UTF-8", "PATH=" + must(filepath.Abs(".cache/bin")) + ":" + must(filepath.Abs(".cache/aws/bin")) + ":" + os.Getenv("PATH")}
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		check(fmt.Errorf("%s: %w\n%.1000s", text, err, out))
	}
	used.client = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if of, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		used.clientPeak = float64(of.Maxrss) / 1024
	}
	return used
}

// tools starts the servers of the tools, and returns the tools with their defaults, LOX first.
func (b *bench) tools(directory bool) []tool {
	for _, name := range []string{"rclone", "restic", "rest-server", "aws", "diff"} {
		b.shell(nil, "command -v "+name+" || { echo 'make peers gets it'; exit 1; }")
	}
	lox, store := b.embedded(), b.minio()
	restic := b.start("rest-server", ".cache/bin/rest-server", []string{"--path", "{dir}", "--no-auth", "--listen", "{addr}"})
	to, rclone, aws, limit := "-o", "rclone copyto", "aws s3 cp", least(0.7)
	// A reference to the same blocks would copy nothing. For a directory one syncfs is far cheaper than an fsync for each file.
	copied := "cp -r --reflink=never FROM TO; sync TO $(dirname TO)"
	if directory {
		to, rclone, aws, limit, copied = "-C", "rclone copy", "aws s3 cp --recursive", nil, "cp -r --reflink=never FROM TO; sync -f TO"
	}
	aws += " --only-show-errors --endpoint-url http://" + store.addr
	nothing := func() {}
	return []tool{
		{name: "lox", server: lox, env: environment{"LOX_URL": "http://" + lox.addr, "LOX_API_KEY": lox.key, "lox": b.binary()},
			push: "$lox push $source --name $key --quiet > $store/id", pull: "$lox pull $(cat $store/id) " + to + " $to --quiet",
			clear: "$lox rm --yes $(cat $store/id)", cleared: lox.empty},
		{name: "cp, fsync", server: &child{}, bars: limit, env: environment{}, clear: "rm -r $store/$key", cleared: nothing,
			push: strings.NewReplacer("FROM", "$source", "TO", "$store/$key").Replace(copied),
			pull: strings.NewReplacer("FROM", "$store/$key", "TO", "$to").Replace(copied)},
		{name: "rclone, MinIO", server: store.child, bars: least(1), cleared: store.clear, env: environment{
			"RCLONE_CONFIG": os.DevNull, "RCLONE_CONFIG_BENCH_TYPE": "s3", "RCLONE_CONFIG_BENCH_PROVIDER": "Minio",
			"RCLONE_CONFIG_BENCH_ENDPOINT":      "http://" + store.addr,
			"RCLONE_CONFIG_BENCH_ACCESS_KEY_ID": miniotest.AccessKey, "RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY": miniotest.SecretKey,
		}, push: rclone + " $source bench:bench/rclone/$key", pull: rclone + " bench:bench/rclone/$key $to"},
		{name: "aws s3, MinIO", server: store.child, bars: least(1), cleared: store.clear, env: environment{
			"AWS_ACCESS_KEY_ID": miniotest.AccessKey, "AWS_SECRET_ACCESS_KEY": miniotest.SecretKey, "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
		}, push: aws + " $source s3://bench/aws/$key", pull: aws + " s3://bench/aws/$key $to"},
		// Each round has a new repository, in which no block of an earlier one is found.
		{name: "restic, rest-server", server: restic, bars: least(1), cleared: nothing, env: environment{
			"RESTIC_PASSWORD": "a password of the bench", "restic": "restic --quiet --repo rest:http://" + restic.addr + "/", "data": restic.dir,
		}, begin: "$restic$key init", push: "$restic$key backup $source", pull: "$restic$key restore latest --target $to", clear: "rm -r $data/$key",
			fetched: b.path("source")}, // it restores below the path that it was given
	}
}
