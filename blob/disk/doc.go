// Package disk keeps the bytes of backups as plain files below one directory,
// and serves signed URLs to upload and download them by net/http. It is for one
// server process.
//
// Below Config.Dir lie
//
//	lock                     held by the process that uses the directory
//	objects/<tenant>/<id>    the files, each written once
//	uploads/                 files of uploads that are under way
//	parts/<tenant>.<id>.*    uploads in parts: the bytes (.data), and which parts
//	                         are there (.table)
//
// An upload is admitted first: it must be what its URL was signed for, its backup
// must still wait for it, no other upload of the same object may be under way, and
// there must be room for it beside all the others. Its bytes go to a file in
// uploads and are hashed as they arrive. Only when there are exactly as many as
// declared, and with the declared checksum if there was one, is the file synced,
// given its name in objects, and the directory synced. Then the client is
// answered, and the object can be found. So nothing that was acknowledged is lost
// with the power, and nothing partial is ever visible.
//
// An upload in parts is one file to which each part is written at its place in the
// object, so that nothing is copied when it is assembled. A part counts only once its
// bytes are synced, and then its record in the table; one that is uploaded again doesn't
// count from before its first byte on. Assembling gives the file its name in objects,
// syncs the directory, and only then removes the upload. An upload in parts outlives
// restarts. All lie in one directory, whose name is durable from the start: a
// directory for each tenant would be two more syncs, and one more thing to remove.
package disk
