// Package pgembed runs a private PostgreSQL as a child process: the database of LOX if no other one is configured. Start
// returns a server that accepts connections and has a database named "lox". Attach finds the server that another process
// runs on the same directory.
//
// # Contents of Config.Dir
//
//	data/      the cluster; exists only if initdb has completed it
//	socket/    the unix socket, or a symbolic link to a short directory under os.TempDir (see below)
//	password   the password of the role that connections use
//	bin/       a downloaded PostgreSQL, only if none is installed (for root see below)
//	lock       locked (flock) while a server runs; the kernel releases it however the process ends
//
// # Who may connect
//
// There is no TCP listener. The socket is in a directory with mode 0700, and connections need a password
// (SCRAM-SHA-256): the random password of the role lox_server, in a file that only the user of this process can read
// (0600; for root see KeepSecret). If the password in the file isn't that of the cluster, both get a new one. The role
// owns the database "lox" and is not a superuser. The superuser lox, which initdb created, has no password and can't
// connect: single-user mode does what only a superuser may. A cluster of an earlier version, which trusted local
// connections and connected as the superuser, is converted at its first start (see secure).
//
// The path of a unix socket has at most 107 bytes (sun_path, unix(7)). If Dir/socket would be longer, or has a comma,
// which a list of PostgreSQL hosts can't contain, it becomes a symbolic link to a new directory with mode 0700 under
// os.TempDir. Other processes find the directory by the link. Its name is random, so that another user can't create it
// before.
//
// # As root
//
// PostgreSQL refuses to run as root, so a root process runs it as the owner of the cluster, or a new cluster as the user
// lox, else postgres, else nobody. Other programs also run as postgres or nobody, and could read the files of the
// cluster: such a cluster is given to lox as soon as that user exists.
//
// The server's user often can't enter Dir (/root is 0700). On Linux it needn't: the child inherits the opened data and
// socket directories as file descriptors 3 and 4, and gets -D /proc/self/fd/3, which doesn't depend on the modes of the
// parents. The server needs no capability, and no mode of a parent is changed. A download can't be passed like this,
// because PostgreSQL finds its libraries by its own resolved path: if the server's user can't enter Dir, the download
// goes to /var/cache/lox-postgresql instead of Dir/bin.
//
// # Crashes
//
// When this process dies, even by SIGKILL, the kernel sends SIGQUIT (an immediate shutdown) to the child. Start first
// stops the remaining processes of an earlier server on the same directory. Committed transactions survive: PostgreSQL
// recovers them.
package pgembed
