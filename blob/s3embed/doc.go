// Package s3embed runs an S3 server inside this process, for installations
// that don't bring their own object store. It is versitygw's S3 front end and
// posix backend with a layer between them that makes three promises which the
// posix backend alone does not keep:
//
//   - Only whole bodies are published. An upload that is cut short (FIN, half
//     close, RST, kill -9 of the server) is never visible and leaves no bytes
//     on the disk.
//   - What was answered with 200 is on the disk: file, directory entry and
//     every directory above it are synced before the answer.
//   - An object is written once. A PUT on an existing key is refused with 412
//     PreconditionFailed as if it carried "If-None-Match: *", so that a presigned
//     upload URL that is still valid can't replace bytes that were verified.
//     Hence the bucket has no versions and needs none.
//
// The promises hold for the operations in [backend], and no others are
// offered: what isn't overridden there answers 501 NotImplemented. Copying,
// policies, ACLs, object lock, the admin API, events and the web UI are
// therefore off. Every request must be signed with the one key pair.
//
// Keys map to file names: "a" and "a/b" can't both exist, and no component may
// be longer than 255 bytes.
//
// # The working directory
//
// The posix backend changes the working directory of the process to its root,
// because it opens "bucket/key" relative to it. This package hands it buckets
// as absolute paths instead, and changes back at once. While Start runs,
// nothing else in the process may rely on relative paths; afterwards the
// working directory doesn't matter.
//
// # Several servers in one process
//
// versitygw's own entry point (embedgw) allows one server per process, because
// of that working directory and because it sets package-level options. Neither
// is used here, so several servers may run side by side, each on a directory of
// its own. A directory is locked by the server that uses it.
package s3embed
