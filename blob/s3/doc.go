// Package s3 keeps the bytes of backups in an S3 bucket, through minio-go. It
// knows nothing of tenants and backups: it is given keys.
//
// Clients send and fetch bytes by presigned URLs, which this package computes
// without asking the store. What a client must send is signed, so it is the
// store that refuses an upload of another size, type or checksum. See
// [Store.PresignPut].
//
// A backup's bytes must be the ones that were verified for as long as it
// exists, although its upload URL may still be valid. There are two ways: a
// bucket with versions, where a download URL names the verified version, or a
// store that writes an object once and refuses to replace it, as blob/s3embed
// does. Open turns versions on, or warns when the store has neither.
package s3
