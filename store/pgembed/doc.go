// Package pgembed runs a private PostgreSQL as a child process of this one: the database of LOX when nothing else is
// configured. Start gives back a server that accepts connections and holds a database named "lox"; Attach finds the
// server which another process runs on the same directory.
//
// # What lies under Config.Dir
//
//	data/      the cluster, made by initdb; exists only when it is complete
//	socket/    the unix socket, or a symbolic link to a short directory under os.TempDir (see below)
//	password   that of the role which connections are made as
//	bin/       a downloaded PostgreSQL, only when none is installed (for root see below)
//	lock       locked (flock) for as long as a server runs; the kernel drops it when the process dies in any way
//
// # Who may connect
//
// There is no TCP listener. The socket lies in a directory with mode 0700, and connections take a password
// (SCRAM-SHA-256): the one random password of the role lox_server, in a file that only the user this process runs as can
// read (0600; for root see KeepSecret). A password that isn't that of the cluster is replaced. The role owns the database "lox" and is no superuser. The superuser lox, who made the cluster, has no
// password and no access: what only that one may do is done in single-user mode. A cluster of a version that trusted
// local connections and connected as the superuser is changed over at the first start (see secure).
//
// A unix socket's path has at most 107 bytes (sun_path, unix(7)). When Dir/socket would be longer, or has a comma,
// which a PostgreSQL host list can't carry, Dir/socket becomes a symbolic link to a fresh 0700 directory under
// os.TempDir. The link makes it findable from any process, and the random name can't be taken by another user first.
//
// # As root
//
// PostgreSQL refuses to run as root, so a root process runs it as the owner of the cluster, or for a new one as the
// user lox, else postgres, else nobody. A cluster of postgres or nobody goes over to lox once that user exists: as a
// user that other programs run as, too, those programs could read its files. That user often can't reach Dir at all (/root is 0700). It needn't: on Linux the child
// is handed the opened data and socket directories as file descriptors 3 and 4 and is told -D /proc/self/fd/3, which
// leads straight to the directory without a walk through its parents. The server holds no capability and no parent's
// mode is touched. Only a download can't be handed over like this, because PostgreSQL finds its libraries by its own
// resolved path: where the server's user can't reach Dir, it goes to /var/cache/lox-postgresql instead of Dir/bin.
//
// # Dying
//
// The child gets SIGQUIT (an immediate shutdown) from the kernel when this process dies, even by SIGKILL. Start stops what
// is left of an earlier server on the same directory before it starts anew; committed transactions survive, by recovery.
package pgembed
