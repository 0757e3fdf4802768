// Package disk stores the bytes of backups as plain files in one directory, and serves signed URLs to upload and download
// them by net/http. Only one server process can use a directory.
//
// Contents of Config.Dir:
//
//	lock                     held by the process that uses the directory
//	objects/<tenant>/<id>    the files, each written once
//	uploads/                 files of uploads in progress
//	parts/<tenant>.<id>.*    uploads in parts: the bytes (.data), and which parts
//	                         were uploaded (.table)
//
// First an upload is admitted: it must match its signed URL, its backup must still wait for it, no other upload of the
// same object may be in progress, and there must be space for it in addition to all other uploads. Its bytes are written
// to a file in uploads, and hashed as they arrive. If their number is the declared one, and their checksum, too, if one was
// declared, then the file is synced and renamed to its name in objects, and the directory is synced. Only then is the
// client answered, and only then can the object be found. So no acknowledged upload is lost in a power failure, and no
// incomplete object is ever visible.
//
// An upload in parts is one file. Each part is written at its offset in the object, so that assembling copies nothing. A
// part counts when first its bytes and then its record in the table are synced. If it is uploaded again, it stops counting
// before the first byte is written. Assembling renames the file to its name in objects, syncs the directory, and then
// removes the upload. An upload in parts survives restarts. All are in one directory, whose name is durable from the
// start: a directory for each tenant would need two more syncs, and would have to be removed.
package disk
