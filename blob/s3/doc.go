// Package s3 keeps the bytes of backups in an S3 bucket, through minio-go. It
// knows nothing of tenants and backups: it is given keys.
//
// Clients send and fetch bytes by presigned URLs, which this package computes
// without asking the store. What a client must send is signed, so it is the
// store that refuses an upload of another size, type or checksum. See
// [Store.PresignPut].
//
// A backup's bytes must be the ones that were verified for as long as it exists,
// although its upload URL may still be valid. So the bucket keeps versions, and a
// download URL names the verified one. Open turns them on, or warns if it can't.
package s3
