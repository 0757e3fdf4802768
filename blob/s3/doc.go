// Package s3 stores the bytes of backups in an S3 bucket, through minio-go. It
// handles keys and bytes, and knows nothing about tenants and backups.
//
// Clients upload and download through presigned URLs, which this package computes
// without a request to the store. The headers of an upload are signed, so the store
// refuses an upload of another size, type or checksum. See [Store.PresignPut].
//
// A backup must keep its verified bytes as long as it exists, although its upload URL
// may still be valid. So the bucket keeps versions, and a download URL names the
// verified version. Open turns versions on, or logs a warning if it can't.
package s3
